package io.tlstunnel.e2e;

import io.tlstunnel.e2e.Sample.Nodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Debian's HAProxy with parts of {@code conf/haproxy.cfg}, in front of nodes on this machine. */
final class HaProxy {
    /** What makes it read its configuration again. */
    static final String RELOAD = "USR2";

    /** Where its connections to the server come from, so that they can be told from all others. */
    private static final String SOURCE = " source " + Balancer.ADDRESS;

    private HaProxy() {}

    private static Sample parts(String... parts) {
        return Sample.of("haproxy.cfg", parts).with("hard-stop-after 30s", "hard-stop-after 500ms");
    }

    /** Passes TLS on to the nodes, and names the client by a PROXY header. */
    static Sample passing(int port, Nodes nodes) {
        return passing(parts("A"), port, nodes);
    }

    private static Sample passing(Sample sample, int port, Nodes nodes) {
        return sample.with("bind :443", "bind 127.0.0.1:" + port).with(nodes, 443, SOURCE);
    }

    /** The same for a server that expects no header. */
    static Sample passingSilently(int port, int server) {
        return passing(port, Nodes.one(server))
                .with(" send-proxy-v2 check-send-proxy", "")
                .with(SOURCE, "");
    }

    /** @param pem certificate and key in one file */
    static Sample ending(int port, Path pem, Nodes nodes) {
        return parts("B")
                .with("bind :8443", "bind 127.0.0.1:" + port)
                .with("/etc/haproxy/tunnel.pem", pem)
                .with(nodes, 8081, SOURCE)
                .with("127.0.0.1:8080", "127.0.0.1:" + Rig.freePort());
    }

    /** As {@link #passing}, and the visitors of {@code visitors} go on to the same port of {@code address}. */
    static Sample passingWithVisitors(int port, int server, int visitors, String address) {
        return passing(parts("A", "C"), port, Nodes.one(server))
                .with("bind :20000-20100", "bind 127.0.0.1:" + visitors + "-" + visitors)
                .with("server node1 10.0.0.11", "server node1 " + address + " addr 127.0.0.1" + SOURCE)
                .with("check port 443", "check port " + server);
    }

    /** HAProxy finds nothing wrong with the sample as it stands. */
    static void check(Path folder, Path pem) throws IOException {
        Path haproxy = Tool.require("haproxy");
        Sample whole = Sample.of("haproxy.cfg", "A", "B", "C").with("/etc/haproxy/tunnel.pem", pem);
        Path file = Files.writeString(folder.resolve("whole.cfg"), whole.text());
        Command.succeed(folder, Duration.ofSeconds(20), List.of(haproxy.toString(), "-c", "-f", file.toString()));
    }

    /** @param configuration names the port on which it listens first */
    static Daemon start(Path folder, Sample configuration) throws IOException {
        Path haproxy = Tool.require("haproxy");
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), configuration.text());
        Daemon running =
                Daemon.start(folder, "haproxy", List.of(haproxy.toString(), "-W", "-db", "-f", file.toString()));
        Ports.awaitOpen(configuration.text());
        return running;
    }
}
