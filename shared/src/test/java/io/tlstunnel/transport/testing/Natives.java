package io.tlstunnel.transport.testing;

import io.tlstunnel.config.Engine.Io;

/** Whether this run of the tests uses native code: one leg of the build does without. */
public final class Natives {
    private Natives() {}

    public static boolean wanted() {
        return !"false".equals(System.getProperty("tlstunnel.natives"));
    }

    public static Io io() {
        return wanted() ? Io.AUTO : Io.NIO;
    }
}
