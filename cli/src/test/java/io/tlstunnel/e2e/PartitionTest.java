package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One of three nodes is cut off from the others, each a process in a network namespace of its own; then it is back. */
@EnabledOnOs(OS.LINUX)
final class PartitionTest {
    private static final int NODES = 3;
    private static final int TUNNEL_PORT = 8443;
    private static final int ADMIN_PORT = 9900;
    private static final String TOKEN = "the-token-of-this-test";
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration HEALED = Duration.ofSeconds(30);
    /** Hazelcast takes that long to believe that somebody is gone. */
    private static final Duration NOTICED = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private final List<TunnelClient> clients = new ArrayList<>();

    @Test
    void bothSidesServeWhatTheyOwnAndAgreeAfterwards() throws Exception {
        Vertx vertx = VertxRuntime.builder(Rig.natives() ? Engine.Io.AUTO : Engine.Io.NIO)
                .build();
        List<EndProcess> nodes = new ArrayList<>();
        try (Services echo = Services.echo();
                Services next = Services.start(PartitionTest::next);
                Namespaces network = new Namespaces(NODES)) {
            try {
                for (int node = 1; node <= NODES; node++) {
                    EndProcess process = EndProcess.start(network.at(node), "server", file(node));
                    process.await(EndProgram.READY);
                    nodes.add(process);
                }
                client(vertx, "west", 1, 21_001, echo);
                client(vertx, "east", 3, 21_003, echo);
                for (int node = 1; node <= NODES; node++) {
                    awaitAnswer(node, 21_001, SOON);
                    awaitAnswer(node, 21_003, SOON);
                }

                network.pull(3);
                nodes.get(0).awaitMembers(2, NOTICED);
                nodes.get(2).awaitMembers(1, NOTICED);
                awaitAnswer(1, 21_001, SOON);
                awaitAnswer(2, 21_001, SOON);
                awaitAnswer(3, 21_003, SOON);
                client(vertx, "new-west", 2, 21_011, echo);
                client(vertx, "new-east", 3, 21_013, echo);
                awaitAnswer(1, 21_011, SOON);
                awaitAnswer(3, 21_013, SOON);
                TunnelClient first = client(vertx, "first", 1, 21_020, echo);
                assertThat(Rig.ports(first)).hasSize(1);
                TunnelClient second = client(vertx, "second", 3, 21_020, next);
                assertThat(Rig.ports(second))
                        .as("both sides give the port away")
                        .hasSize(1);

                long healed = System.nanoTime();
                try (Socket ofFirst = visit(1, 21_020);
                        Socket ofSecond = visit(3, 21_020)) {
                    assertThat(Rig.answer(ofFirst)).isEqualTo('x');
                    assertThat(Rig.answer(ofSecond)).isEqualTo('y');
                    network.plugAgain(3);
                    nodes.get(2).awaitMembers(3, HEALED);
                    for (int node = 1; node <= NODES; node++) {
                        for (int port : List.of(21_001, 21_003, 21_011, 21_013, 21_020)) {
                            awaitAnswer(node, port, HEALED.minusNanos(System.nanoTime() - healed));
                        }
                    }
                    System.out.printf(
                            "figures: partition: every port at every node %.1f s after the cable was back%n",
                            (System.nanoTime() - healed) / 1e9);
                    Awaitility.await()
                            .atMost(SOON)
                            .untilAsserted(() -> assertThat(
                                            second.metrics().proxiesPublished().value())
                                    .as("who came later is told")
                                    .isZero());
                    assertThat(first.metrics().proxiesPublished().value())
                            .as("who came first")
                            .isEqualTo(1);
                    awaitEqualTables(HEALED.minusNanos(System.nanoTime() - healed));
                    assertThat(Rig.answer(ofFirst)).isEqualTo('x');
                    assertThat(Rig.answer(ofSecond)).as("who is in stays").isEqualTo('y');
                }
            } finally {
                clients.forEach(client -> Rig.await(client.shutdown()));
                Rig.await(vertx.close());
                nodes.forEach(EndProcess::close);
            }
        }
    }

    private Path file(int node) throws IOException {
        Path home = Files.createDirectories(folder.resolve("node-" + node));
        Path file = home.resolve("server.toml");
        Files.writeString(file, """
                [server]
                name = "node-%1$d"
                bind_addr = "%2$s"
                bind_port = %3$d
                publish_bind = "%2$s"
                auth_key = "%4$s"
                resume_timeout = "90s"
                dead_after = "2s"
                ping_interval = "500ms"
                %5$s
                [cluster]
                secret = "what all nodes of this test share"
                node_addr = "%6$s"
                members = ["%7$s", "%8$s", "%9$s"]
                [admin]
                bind_addr = "%2$s"
                bind_port = %10$d
                token = "%11$s"
                """.formatted(
                        node,
                        Namespaces.publicAddress(node),
                        TUNNEL_PORT,
                        Rig.KEY,
                        Rig.natives() ? "" : "tls_engine = \"jdk\"\nio = \"nio\"\n",
                        Namespaces.privateAddress(node),
                        Namespaces.privateAddress(1),
                        Namespaces.privateAddress(2),
                        Namespaces.privateAddress(3),
                        ADMIN_PORT,
                        TOKEN));
        return file;
    }

    private TunnelClient client(Vertx vertx, String name, int node, int port, Services echo) throws IOException {
        Path file = folder.resolve(name + ".toml");
        Files.writeString(file, """
                [client]
                name = "%s"
                server_addr = "%s"
                server_port = %d
                connections = 1
                auth_key = "%s"
                skip_verify = true
                %s
                %s
                """.formatted(
                        name,
                        Namespaces.publicAddress(node),
                        TUNNEL_PORT,
                        Rig.KEY,
                        Rig.natives() ? "" : "tls_engine = \"jdk\"\nio = \"nio\"\n",
                        Rig.proxy("echo", "0.0.0.0", port, echo.port())));
        TunnelClient client =
                TunnelClient.start(vertx, ConfigFiles.loadClient(file, Map.of()).config());
        clients.add(client);
        return client;
    }

    private static void awaitAnswer(int node, int port, Duration patience) {
        Awaitility.await()
                .alias("node " + node + " port " + port)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    try (Socket visitor = visit(node, port)) {
                        assertThat(Rig.answer(visitor)).isEqualTo('x');
                    }
                });
    }

    private static void awaitEqualTables(Duration patience) {
        Awaitility.await().atMost(patience).untilAsserted(() -> {
            List<JsonObject> first = table(1);
            assertThat(first).isNotEmpty();
            for (int node = 2; node <= NODES; node++) {
                assertThat(table(node)).as("node " + node).isEqualTo(first);
            }
        });
    }

    private static List<JsonObject> table(int node) {
        return new Api(Namespaces.publicAddress(node), ADMIN_PORT, TOKEN).routes();
    }

    private static Socket visit(int node, int port) throws IOException {
        return Rig.connect(new Socket(), InetAddress.getByName(Namespaces.publicAddress(node)), port);
    }

    /** Answers each letter by the next one. */
    private static void next(Socket socket) throws IOException {
        for (int letter = socket.getInputStream().read();
                letter >= 0;
                letter = socket.getInputStream().read()) {
            socket.getOutputStream().write(letter + 1);
        }
    }
}
