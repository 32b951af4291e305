package io.tlstunnel.e2e;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.server.TunnelServer;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A cluster of nodes and its clients in this process: node 1 is 127.0.0.1, node 2 is 127.0.0.2… Closed in order. */
final class ClusterRig implements AutoCloseable {
    private static final int MOST_NODES = 5;

    private final Path folder;
    private final int clusterPort = Rig.freePort();
    private final int linkPort = Rig.freePort();
    private final int tunnelPort = Rig.freePort();
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Vertx clientVertx;

    private record Node(Vertx vertx, TunnelServer server) {}

    private ClusterRig(Path folder) {
        this.folder = folder;
        this.clientVertx = VertxRuntime.builder(io()).build();
    }

    private static Engine.Io io() {
        return Rig.natives() ? Engine.Io.AUTO : Engine.Io.NIO;
    }

    /** Nodes 1 to {@code count}, which know each other. */
    static ClusterRig of(Path folder, int count) throws IOException {
        ClusterRig rig = new ClusterRig(folder);
        for (int number = 1; number <= count; number++) {
            rig.start(number);
        }
        return rig;
    }

    /** Starts a node, or starts it again. */
    void start(int number) throws IOException {
        Path home = Files.createDirectories(folder.resolve("node-" + number));
        Path file = home.resolve("server.toml");
        Files.writeString(file, """
                [server]
                name = "node-%1$d"
                bind_addr = "127.0.0.%1$d"
                bind_port = %2$d
                publish_bind = "127.0.0.%1$d"
                auth_key = "%3$s"
                resume_timeout = "6s"
                dead_after = "2s"
                ping_interval = "500ms"
                %4$s
                [cluster]
                secret = "what all nodes of this test share"
                node_addr = "127.0.0.%1$d"
                cluster_port = %5$d
                link_port = %6$d
                members = [%7$s]
                [admin]
                enabled = false
                """.formatted(
                        number,
                        tunnelPort,
                        Rig.KEY,
                        Rig.natives() ? "" : "tls_engine = \"jdk\"\nio = \"nio\"\n",
                        clusterPort,
                        linkPort,
                        IntStream.rangeClosed(1, MOST_NODES)
                                .mapToObj("\"127.0.0.%d\""::formatted)
                                .collect(Collectors.joining(", "))));
        Vertx vertx = VertxRuntime.builder(io()).build();
        TunnelServer server = Rig.await(
                TunnelServer.start(vertx, ConfigFiles.loadServer(file, Map.of()).config()));
        nodes.put(number, new Node(vertx, server));
    }

    /** Ends a node at once. */
    void stop(int number) {
        Node node = nodes.remove(number);
        Rig.await(node.server().close());
        Rig.await(node.vertx().close());
    }

    /** Starts a client of those nodes, the first one first. */
    TunnelClient client(String name, String keys, String proxies, Integer... of) throws IOException {
        Path file = folder.resolve(name + ".toml");
        Files.writeString(file, """
                [client]
                name = "%s"
                server_addr = [%s]
                server_port = %d
                auth_key = "%s"
                skip_verify = true
                dead_after = "2s"
                ping_interval = "500ms"
                %s
                %s
                """.formatted(
                        name,
                        Stream.of(of).map("\"127.0.0.%d\""::formatted).collect(Collectors.joining(", ")),
                        tunnelPort,
                        Rig.KEY,
                        keys,
                        proxies));
        return TunnelClient.start(
                clientVertx, ConfigFiles.loadClient(file, Map.of()).config());
    }

    /** A visitor of a public port at one of the nodes. */
    static Socket visit(int node, int port) throws IOException {
        return Rig.connect(new Socket(), InetAddress.getByName("127.0.0." + node), port);
    }

    @Override
    public void close() {
        Rig.await(clientVertx.close());
        Map.copyOf(nodes).keySet().forEach(this::stop);
    }
}
