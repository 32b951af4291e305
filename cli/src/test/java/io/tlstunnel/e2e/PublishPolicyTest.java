package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** With {@code publish_policy = "all"} a port is open at all nodes or at none. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublishPolicyTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** Longer than a node waits before it tries again. */
    private static final Duration OVER_A_RETRY = Duration.ofSeconds(7);

    private static final int NODES = 2;
    private static final int JOINER = NODES + 1;
    private static final int PICKED_FROM = 10;

    private final int firstAuto = Rig.freePort();
    private final List<TunnelClient> clients = new ArrayList<>();
    private ClusterRig rig;
    private Services echo;
    private LogCapture log;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        echo = Services.echo();
        String keys = """
                publish_policy = "all"
                auto_ports = "%d-%d"
                """.formatted(firstAuto, firstAuto + PICKED_FROM);
        rig = ClusterRig.of(folder, NODES, keys, "enabled = false");
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

    /** At node 1. */
    private List<Published> publish(String name, int port) throws IOException {
        TunnelClient client = rig.client(name, "", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1);
        clients.add(client);
        return Rig.ports(client);
    }

    /** Another program's, which nobody talks to. */
    private static ServerSocket taken(int node, int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByName("127.0.0." + node));
    }

    private void staysClosed(int port, int... nodes) {
        Awaitility.await()
                .alias("closed at nodes " + Arrays.toString(nodes))
                .during(OVER_A_RETRY)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    for (int node : nodes) {
                        if (ClusterRig.isOpen(node, port)) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    @Test
    void aPortThatAnotherProgramHasAtAnotherNodeIsOpenNowhereUntilItIsFree() throws IOException {
        int port = Rig.freePort();
        try (ServerSocket other = taken(2, port)) {
            assertThat(other.isBound()).isTrue();
            assertThat(publish("office", port)).isEmpty();
            log.await(
                    "not published; the server tries again",
                    "BIND_FAILED",
                    "at node node-2: cannot listen on 127.0.0.2:" + port + ": the address is in use");
            staysClosed(port, 1);
        }
        ClusterRig.awaitEcho(1, port);
        ClusterRig.awaitEcho(2, port);
        log.await("published", "proxy=\"echo\"", "0.0.0.0:" + port);
    }

    @Test
    void aPortThatIsTakenAtTheClientsOwnNodeIsOpenNowhereUntilItIsFree() throws IOException {
        int port = Rig.freePort();
        try (ServerSocket other = taken(1, port)) {
            assertThat(other.isBound()).isTrue();
            assertThat(publish("office", port)).isEmpty();
            log.await(
                    "not published; the server tries again",
                    "BIND_FAILED",
                    "node=\"node-1\"",
                    "cannot listen on 127.0.0.1:" + port);
            staysClosed(port, 2);
        }
        ClusterRig.awaitEcho(1, port);
        ClusterRig.awaitEcho(2, port);
    }

    @Test
    void aPickedPortIsOneThatAllNodesCanHave() throws IOException {
        try (ServerSocket atFirst = taken(1, firstAuto);
                ServerSocket atSecond = taken(2, firstAuto + 1)) {
            assertThat(atFirst.isBound()).isTrue();
            assertThat(atSecond.isBound()).isTrue();
            List<Published> published = publish("picks", 0);
            assertThat(published).hasSize(1);
            int port = published.get(0).port();
            assertThat(port).isBetween(firstAuto + 2, firstAuto + PICKED_FROM);
            ClusterRig.awaitEcho(1, port);
            ClusterRig.awaitEcho(2, port);
        }
    }

    @Test
    void aNodeThatJoinsAndCannotHaveThePortClosesItEverywhere() throws IOException {
        int port = Rig.freePort();
        try {
            try (ServerSocket other = taken(JOINER, port)) {
                assertThat(other.isBound()).isTrue();
                assertThat(publish("office", port)).hasSize(1);
                ClusterRig.awaitEcho(2, port);
                rig.start(JOINER);
                log.await("not published; the server tries again", "at node node-3: ", "127.0.0.3:" + port);
                staysClosed(port, 1, 2);
            }
            for (int node = 1; node <= JOINER; node++) {
                ClusterRig.awaitEcho(node, port);
            }
        } finally {
            rig.stop(JOINER);
        }
    }
}
