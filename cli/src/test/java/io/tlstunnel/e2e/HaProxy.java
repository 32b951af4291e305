package io.tlstunnel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's HAProxy with a configuration of the test's own. */
final class HaProxy {
    /** What makes it read its configuration again. */
    static final String RELOAD = "USR2";

    private HaProxy() {}

    /** Passes TCP on to a server on this machine, as the manual sets it up. */
    static String passing(int port, int server) {
        return Manual.block("haproxy", 1)
                .with("bind :443", "bind 127.0.0.1:" + port)
                .with("127.0.0.1:8443", "127.0.0.1:" + server)
                .text();
    }

    /** @param configuration without a global section; names the port on which it listens first */
    static Daemon start(Path folder, String configuration) throws IOException {
        Path haproxy = Tool.require("haproxy");
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                    hard-stop-after 500ms
                """ + configuration);
        Daemon running =
                Daemon.start(folder, "haproxy", List.of(haproxy.toString(), "-W", "-db", "-f", file.toString()));
        Ports.awaitOpen(configuration);
        return running;
    }
}
