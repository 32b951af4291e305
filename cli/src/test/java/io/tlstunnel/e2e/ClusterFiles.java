package io.tlstunnel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Configuration of nodes that know each other, and of their clients: node 1 is 127.0.0.1, node 2 is 127.0.0.2… */
record ClusterFiles(Path folder, int clusterPort, int linkPort, int tunnelPort) {
    private static final int MOST_NODES = 5;

    private static final String TIMES = """
            dead_after = "2s"
            ping_interval = "500ms"
            """;

    ClusterFiles(Path folder) {
        this(folder, Rig.freePort(), Rig.freePort(), Rig.freePort());
    }

    /** The same for clients that know no node, but a balancer on 127.0.0.1. */
    ClusterFiles through(int balancerPort) {
        return new ClusterFiles(folder, clusterPort, linkPort, balancerPort);
    }

    private static String engine() {
        return Rig.natives() ? "" : "tls_engine = \"jdk\"\nio = \"nio\"\n";
    }

    /** A node's file; {@code keys} go into its {@code [server]}. */
    Path node(int number, String keys) throws IOException {
        return node(number, keys, "enabled = false");
    }

    /** The same with keys of {@code [admin]}. */
    Path node(int number, String keys, String admin) throws IOException {
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
                %4$s
                %5$s
                %6$s
                [cluster]
                secret = "what all nodes of this test share"
                node_addr = "127.0.0.%1$d"
                cluster_port = %7$d
                link_port = %8$d
                members = [%9$s]
                [admin]
                %10$s
                """.formatted(
                        number,
                        tunnelPort,
                        Rig.KEY,
                        TIMES,
                        engine(),
                        keys,
                        clusterPort,
                        linkPort,
                        IntStream.rangeClosed(1, MOST_NODES)
                                .mapToObj("\"127.0.0.%d\""::formatted)
                                .collect(Collectors.joining(", ")),
                        admin));
        return file;
    }

    /** The file of a client of those nodes, the first one first. */
    Path client(String name, String keys, String proxies, Integer... of) throws IOException {
        return client(
                name,
                keys,
                proxies,
                Stream.of(of).map(node -> "127.0.0." + node).toList());
    }

    /** The same of those addresses. */
    Path client(String name, String keys, String proxies, List<String> addresses) throws IOException {
        Path file = folder.resolve(name + ".toml");
        Files.writeString(file, """
                [client]
                name = "%s"
                server_addr = [%s]
                server_port = %d
                auth_key = "%s"
                skip_verify = true
                %s
                %s
                %s
                %s
                """.formatted(
                        name,
                        addresses.stream().map("\"%s\""::formatted).collect(Collectors.joining(", ")),
                        tunnelPort,
                        Rig.KEY,
                        TIMES,
                        engine(),
                        keys,
                        proxies));
        return file;
    }
}
