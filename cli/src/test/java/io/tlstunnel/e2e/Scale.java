package io.tlstunnel.e2e;

import java.time.Duration;

/** How long the long tests are: short in the gate, full with {@code -Dtlstunnel.full=true}. */
final class Scale {
    private static final boolean FULL = Boolean.getBoolean("tlstunnel.full");

    private Scale() {}

    static boolean isFull() {
        return FULL;
    }

    static int of(int gate, int full) {
        return FULL ? full : gate;
    }

    static Duration of(Duration gate, Duration full) {
        return FULL ? full : gate;
    }
}
