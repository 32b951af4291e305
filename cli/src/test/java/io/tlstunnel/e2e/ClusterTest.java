package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.Ended;
import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Any node takes any client, and any node answers on any published port. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int NODES = 3;
    private static final boolean FULL = Boolean.getBoolean("tlstunnel.full");
    private static final long SEED = Long.getLong("tlstunnel.seed", 20_261_126);
    private static final int STREAMS = FULL ? 5_000 : 500;
    private static final int AT_ONCE = FULL ? 500 : 100;
    /** Of the one tunnel that the client has. */
    private static final long RELAY_BUDGET = 8L << 20;

    private ClusterRig rig;
    private Services echo;
    private LogCapture log;
    private final List<TunnelClient> clients = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        echo = Services.echo();
        rig = ClusterRig.of(folder, NODES);
    }

    @AfterAll
    void stop() throws IOException {
        rig.close();
        echo.close();
    }

    @BeforeEach
    void listen() {
        log = LogCapture.ofProgram();
    }

    @AfterEach
    void sayGoodbye() {
        clients.forEach(client -> Rig.await(client.shutdown()));
        clients.clear();
        log.close();
    }

    private TunnelClient client(String name, String proxies, Integer... nodes) throws IOException {
        TunnelClient client = rig.client(name, "", proxies, nodes);
        clients.add(client);
        return client;
    }

    private int publishAt(int node, String name) throws IOException {
        TunnelClient client = client(name, Rig.proxy("echo", "0.0.0.0", 0, echo.port()), node);
        return Rig.ports(client).get(0).port();
    }

    private static void awaitPassing(ThrowingRunnable step) {
        Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(step);
    }

    private static void awaitClosed(int node, int port) {
        awaitPassing(() -> assertThat(ClusterRig.isOpen(node, port)).isFalse());
    }

    // ---- streams ----------------------------------------------------------------------------------------------------

    @Test
    void everyNodeAnswersOnAPortWhoseClientIsAtOneOfThem() throws IOException {
        int port = publishAt(1, "everywhere");
        for (int node = 1; node <= NODES; node++) {
            ClusterRig.awaitEcho(node, port);
            try (Socket visitor = ClusterRig.visit(node, port)) {
                visitor.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                visitor.shutdownOutput();
                assertThat(visitor.getInputStream().readAllBytes()).asString().isEqualTo("hello");
            }
        }
        Rig.await(clients.get(0).shutdown());
        for (int node = 1; node <= NODES; node++) {
            awaitClosed(node, port);
        }
    }

    @Test
    void bytesOverTwoHopsAreEqual() throws Exception {
        int port = publishAt(1, "equal");
        ClusterRig.awaitEcho(2, port);
        byte[] sent = new byte[16 << 20];
        new Random(1).nextBytes(sent);
        try (Socket visitor = ClusterRig.visit(2, port)) {
            Thread writer = new Thread(() -> {
                try {
                    visitor.getOutputStream().write(sent);
                    visitor.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            writer.start();
            byte[] got = visitor.getInputStream().readAllBytes();
            writer.join();
            assertThat(Arrays.equals(got, sent)).isTrue();
        }
    }

    @Test
    void manyStreamsOverTwoHopsKeepEveryByteHalfCloseAndReset() throws IOException {
        swarm("swarm", "");
        swarm("paced", "bandwidth_limit = \"" + AT_ONCE * 100 + "KiB/s\"\n");
    }

    /** Visitors come in at node 1, and the client is at node 2. */
    private void swarm(String name, String keys) throws IOException {
        try (Swarm swarm = new Swarm(SEED);
                Highest reserved = new Highest(() -> rig.server(2).metrics().relayReserved())) {
            String proxy = Rig.proxy("swarm", "0.0.0.0", 0, swarm.port()) + keys;
            TunnelClient client = rig.client(name, "connections = 1", proxy, 2);
            clients.add(client);
            int port = Rig.ports(client).get(0).port();
            // Nobody may knock at the swarm's port to see whether it is open.
            awaitPassing(() -> assertThat(rig.server(1).metrics().listeners().value())
                    .isPositive()
                    .isEqualTo(rig.server(2).metrics().listeners().value()));
            assertThat(swarm.run(port, STREAMS, AT_ONCE))
                    .as("%s streams, %s at once; -Dtlstunnel.seed=%s", STREAMS, AT_ONCE, SEED)
                    .isEmpty();
            System.out.printf(
                    "figures: %d streams, %d at once, over two hops (%s): every byte equal; relays reserved %d KiB at most%n",
                    STREAMS, AT_ONCE, name, reserved.value() >> 10);
            assertThat(reserved.value()).isPositive().isLessThanOrEqualTo(RELAY_BUDGET);
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(rig.server(2).metrics().relayReserved()).isZero());
        }
    }

    // ---- clients ----------------------------------------------------------------------------------------------------

    @Test
    void aClientThatStartsAgainElsewhereHasItsPortAtOnce() throws IOException {
        int port = Rig.freePort();
        client("twin", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1);
        ClusterRig.awaitEcho(2, port);
        try (Services second = Services.start(socket -> socket.getOutputStream().write('2'))) {
            TunnelClient later = client("twin", Rig.proxy("echo", "0.0.0.0", port, second.port()), 2);
            assertThat(Rig.ports(later)).extracting(Published::port).containsExactly(port);
            assertThat(Rig.await(clients.get(0).ended())).isInstanceOf(Ended.Superseded.class);
            assertThat(((Ended.Superseded) Rig.await(clients.get(0).ended())).sentence())
                    .contains("another run", "node-2");
            for (int node = 1; node <= NODES; node++) {
                ClusterRig.awaitAnswer(node, port, '2');
            }
        }
    }

    @Test
    void aKilledClientHasItsPortByItsFirstHandshakeElsewhere() throws IOException {
        int port = Rig.freePort();
        try (Services second = Services.start(socket -> socket.getOutputStream().write('2'))) {
            try (EndProcess victim = process("victim", echo, port, 1, 2)) {
                assertThat(victim.await(EndProgram.READY)).contains("port=" + port);
                for (int node = 1; node <= NODES; node++) {
                    ClusterRig.awaitEcho(node, port);
                }
                victim.kill();
            }
            try (EndProcess heir = process("victim", second, port, 2, 1)) {
                assertThat(heir.await(EndProgram.READY)).contains("port=" + port);
                // The port was open all the time: nobody has to try twice.
                for (int node = 1; node <= NODES; node++) {
                    try (Socket visitor = ClusterRig.visit(node, port)) {
                        assertThat(visitor.getInputStream().read())
                                .as("at node " + node)
                                .isEqualTo('2');
                    }
                }
                log.await("session ended", "victim", "another run of this client took over, at node node-2");
                assertThat(log.lines())
                        .filteredOn(line -> line.contains("\"victim\""))
                        .noneMatch(line -> line.contains("not published") || line.contains("has not come back"))
                        .filteredOn(line -> line.contains("tunnel up"))
                        .as("one handshake each")
                        .hasSize(2);
            }
        }
    }

    private EndProcess process(String name, Services service, int port, Integer... nodes) throws IOException {
        String proxies = Rig.proxy("echo", "0.0.0.0", port, service.port());
        return EndProcess.start("client", rig.files().client(name, "connections = 1", proxies, nodes));
    }

    @Test
    void theSecondNameIsToldWhoHasThePortAndGetsItWhenItIsFree() throws IOException {
        int port = Rig.freePort();
        client("first", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1);
        ClusterRig.awaitEcho(2, port);
        TunnelClient second = client("second", Rig.proxy("web", "127.0.0.9", port, echo.port()), 2);
        assertThat(Rig.ports(second)).isEmpty();
        assertThat(log.await("not published", "CONFLICT", "127.0.0.9:" + port))
                .contains("is held by client first (proxy echo), which listens on 0.0.0.0:" + port);
        Rig.await(clients.get(0).shutdown());
        log.await("published", "proxy=\"web\"", "127.0.0.9:" + port);
        ClusterRig.awaitEcho(3, port);
    }

    // ---- ports ------------------------------------------------------------------------------------------------------

    @Test
    void aPortThatAnotherProgramHasAtOneNodeIsOpenAtTheOthers() throws IOException {
        int port = Rig.freePort();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
            assertThat(other.isBound()).isTrue();
            TunnelClient client = client("partly", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1);
            assertThat(Rig.ports(client)).extracting(Published::port).containsExactly(port);
            ClusterRig.awaitEcho(3, port);
            log.await("not published; the server tries again", "BIND_FAILED", "127.0.0.2:" + port);
        }
        ClusterRig.awaitEcho(2, port);
    }

    @Test
    void aPortThatIsTakenAtTheClientsOwnNodeIsOpenAtTheOthers() throws IOException {
        int port = Rig.freePort();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(other.isBound()).isTrue();
            client("there", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1);
            ClusterRig.awaitEcho(2, port);
            ClusterRig.awaitEcho(3, port);
        }
        ClusterRig.awaitEcho(1, port);
    }

    @Test
    void aPickedPortIsTheSameAtAllNodesAndForTheNextRunElsewhere() throws IOException {
        int port = publishAt(1, "picks");
        ClusterRig.awaitEcho(3, port);
        Rig.await(clients.get(0).shutdown());
        awaitClosed(3, port);
        assertThat(publishAt(2, "picks")).isEqualTo(port);
    }

    @Test
    void aNodeThatJoinsLaterOpensAllPorts() throws IOException {
        int port = publishAt(1, "before");
        rig.start(NODES + 1);
        try {
            ClusterRig.awaitEcho(NODES + 1, port);
            assertThat(publishAt(NODES + 1, "after")).isNotEqualTo(port);
        } finally {
            rig.stop(NODES + 1);
        }
        ClusterRig.awaitEcho(2, port);
    }

    @Test
    void theNodesOwnPortsAreRefused() throws IOException {
        TunnelClient client =
                client("greedy", Rig.proxy("own", "0.0.0.0", rig.files().linkPort(), echo.port()), 1);
        assertThat(Rig.ports(client)).isEmpty();
        log.await("not published", "FORBIDDEN", "is the server's own");
    }
}
