package io.tlstunnel.e2e;

import java.io.IOException;

/** What a thread between two ends does until its socket is closed. */
@FunctionalInterface
interface Carrying {
    void run() throws IOException;

    /** On a thread of its own. */
    static void start(String name, Carrying carrying) {
        Thread thread = new Thread(
                () -> {
                    try {
                        carrying.run();
                    } catch (IOException e) {
                        // Closed, or one end has gone: both are what tests do.
                        return;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
