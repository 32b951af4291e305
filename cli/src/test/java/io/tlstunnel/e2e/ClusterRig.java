package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.server.TunnelServer;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** A cluster of nodes and its clients in this process: node 1 is 127.0.0.1, node 2 is 127.0.0.2… Closed in order. */
final class ClusterRig implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ClusterFiles files;
    private final String keys;
    private final String admin;
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Vertx clientVertx;

    private record Node(Vertx vertx, TunnelServer server) {}

    private ClusterRig(Path folder, String keys, String admin) {
        this.files = new ClusterFiles(folder);
        this.keys = keys;
        this.admin = admin;
        this.clientVertx = VertxRuntime.builder(io()).build();
    }

    private static Engine.Io io() {
        return Rig.natives() ? Engine.Io.AUTO : Engine.Io.NIO;
    }

    /** Nodes 1 to {@code count}, which know each other. */
    static ClusterRig of(Path folder, int count) throws IOException {
        return of(folder, count, "enabled = false");
    }

    /** The same with keys of {@code [admin]}. */
    static ClusterRig of(Path folder, int count, String admin) throws IOException {
        return of(folder, count, "", admin);
    }

    /** The same with keys of {@code [server]} too. */
    static ClusterRig of(Path folder, int count, String keys, String admin) throws IOException {
        ClusterRig rig = new ClusterRig(folder, keys, admin);
        for (int number = 1; number <= count; number++) {
            rig.start(number);
        }
        return rig;
    }

    ClusterFiles files() {
        return files;
    }

    /** Starts a node, or starts it again. */
    void start(int number) throws IOException {
        start(number, Map.of());
    }

    /** The same with environment variables. */
    void start(int number, Map<String, String> environment) throws IOException {
        Vertx vertx = VertxRuntime.builder(io()).build();
        TunnelServer server = Rig.await(TunnelServer.start(
                vertx,
                ConfigFiles.loadServer(files.node(number, keys, admin), environment)
                        .config()));
        nodes.put(number, new Node(vertx, server));
    }

    /** A node that runs. */
    TunnelServer server(int number) {
        return Objects.requireNonNull(nodes.get(number)).server();
    }

    /** Ends a node at once, if it runs. */
    void stop(int number) {
        Node node = nodes.remove(number);
        if (node != null) {
            Rig.await(node.server().close());
            Rig.await(node.vertx().close());
        }
    }

    /** Starts a client of those nodes, the first one first. */
    TunnelClient client(String name, String keys, String proxies, Integer... of) throws IOException {
        return client(files.client(name, keys, proxies, of));
    }

    /** Starts a client of that file. */
    TunnelClient client(Path file) throws IOException {
        return TunnelClient.start(
                clientVertx, ConfigFiles.loadClient(file, Map.of()).config());
    }

    /** Starts a client of a balancer on 127.0.0.1. */
    TunnelClient clientThrough(int balancerPort, String name, String proxies) throws IOException {
        return client(files.through(balancerPort).client(name, "", proxies, 1));
    }

    /** Nodes that were started and not stopped. */
    Set<Integer> running() {
        return Set.copyOf(nodes.keySet());
    }

    /** Tunnels of clients that are up at a node. */
    long tunnels(int number) {
        return server(number).metrics().tunnels().open();
    }

    /** A visitor of a public port at one of the nodes. */
    static Socket visit(int node, int port) throws IOException {
        return Rig.connect(new Socket(), InetAddress.getByName("127.0.0." + node), port);
    }

    /** Waits until the service behind a port answers {@code 'x'} by {@code answer} at that node. */
    static void awaitAnswer(int node, int port, char answer) {
        Awaitility.await()
                .alias("node " + node + ", port " + port)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    try (Socket visitor = visit(node, port)) {
                        assertThat(Rig.answer(visitor)).isEqualTo(answer);
                    }
                });
    }

    /** The same of a service that echoes. */
    static void awaitEcho(int node, int port) {
        awaitAnswer(node, port, 'x');
    }

    /** Whether somebody listens there. */
    static boolean isOpen(int node, int port) throws IOException {
        try (Socket visitor = visit(node, port)) {
            return visitor.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    @Override
    public void close() {
        Rig.await(clientVertx.close());
        Map.copyOf(nodes).keySet().forEach(this::stop);
    }
}
