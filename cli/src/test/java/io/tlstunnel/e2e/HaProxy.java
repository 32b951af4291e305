package io.tlstunnel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's HAProxy with a configuration of the test's own. */
final class HaProxy {
    private HaProxy() {}

    /** @param configuration names the port on which it listens first */
    static Daemon start(Path folder, String configuration) throws IOException {
        Path haproxy = Tool.require("haproxy");
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), configuration);
        Daemon running = Daemon.start(folder, "haproxy", List.of(haproxy.toString(), "-db", "-f", file.toString()));
        Ports.awaitOpen(configuration);
        return running;
    }
}
