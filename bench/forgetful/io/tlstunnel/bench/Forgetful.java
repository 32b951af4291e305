package io.tlstunnel.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** An agent that puts another {@code Retention} in the place of the program's, if its argument is {@code true}. */
public final class Forgetful {
    private static final String REPLACED = "io/tlstunnel/mux/Retention";

    private Forgetful() {}

    /** Called by the JVM before the program's main. */
    public static void premain(String argument, Instrumentation instrumentation) throws IOException {
        if (!Boolean.parseBoolean(argument)) {
            return;
        }
        // Not as a class file, or the class path would have it twice.
        try (InputStream in = Forgetful.class.getResourceAsStream("/stand-in")) {
            if (in == null) {
                throw new IOException("the agent's jar has no stand-in");
            }
            instrumentation.addTransformer(replacing(in.readAllBytes()));
        }
    }

    private static ClassFileTransformer replacing(byte[] standIn) {
        return new ClassFileTransformer() {
            @Override
            public byte[] transform(
                    ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
                if (!REPLACED.equals(name)) {
                    return null;
                }
                System.err.println("bench: sent bytes are not kept");
                return standIn;
            }
        };
    }
}
