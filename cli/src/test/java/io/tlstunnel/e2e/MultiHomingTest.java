package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client of a cluster has tunnels to two nodes, and goes on when one of them goes. */
@ExtendWith(LeakCheck.class)
final class MultiHomingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int NODES = 3;
    private static final int VISITORS = 4;
    private static final int PIECE = 16 * 1024;

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private final LogCapture log = LogCapture.ofProgram();
    private final Random random = new Random(1);
    private final List<Socket> visitors = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket visitor : visitors) {
            visitor.close();
        }
        log.close();
    }

    @Test
    void throughABalancerTwoTunnelsComeToTwoNodesAndToAnotherWhenOneGoes() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, NODES);
                PlainBalancer balancer = PlainBalancer.roundRobin(rig.files().tunnelPort(), NODES, List.of(1, 1))) {
            int port = Rig.freePort();
            String proxies = Rig.proxy("echo", "0.0.0.0", port, echo.port());
            Rig.await(rig.clientThrough(balancer.port(), "office", proxies).ready());
            Set<Integer> homes = awaitTwoHomes(rig, NODES);
            log.await("a tunnel has moved to a node that had none");
            homes.forEach(node -> log.await("published", "proxy=\"echo\"", "node=\"node-" + node + "\""));

            int entrance = without(homes);
            talkTo(entrance, port);
            rig.stop(homes.iterator().next());
            talk();
            assertThat(awaitTwoHomes(rig, NODES - 1)).contains(entrance);
            talk();
            assertThat(log.lines()).noneMatch(line -> line.contains("no longer published"));
        }
    }

    /** It leads to node 1 until that has as many connections as the others. */
    @Test
    void throughABalancerThatLeadsToTheFewestConnectionsTwoTunnelsComeToTwoNodes() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, NODES);
                PlainBalancer balancer =
                        PlainBalancer.leastConnections(rig.files().tunnelPort(), List.of(0, 5, 5))) {
            int port = Rig.freePort();
            String proxies = Rig.proxy("echo", "0.0.0.0", port, echo.port());
            Rig.await(rig.clientThrough(balancer.port(), "office", proxies).ready());
            assertThat(awaitTwoHomes(rig, NODES)).containsExactly(1, 2);
            talkTo(3, port);
        }
    }

    @Test
    void ofAListTheServersThatOtherTunnelsHaveArePassedOver() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, NODES)) {
            int port = Rig.freePort();
            String proxies = Rig.proxy("echo", "0.0.0.0", port, echo.port());
            Rig.await(rig.client("office", "", proxies, 1, 2, 3).ready());
            assertThat(awaitTwoHomes(rig, NODES)).containsExactly(1, 2);
            talkTo(3, port);
            rig.stop(1);
            talk();
            assertThat(awaitTwoHomes(rig, NODES - 1)).containsExactly(2, 3);
            talk();
            assertThat(log.lines()).noneMatch(line -> line.contains("a tunnel has moved"));
        }
    }

    @Test
    void aNodeAloneGetsOneTunnel() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 1)) {
            int port = Rig.freePort();
            String proxies = Rig.proxy("echo", "0.0.0.0", port, echo.port());
            Rig.await(rig.client("office", "", proxies, 1).ready());
            talkTo(1, port);
            assertThat(rig.tunnels(1)).isEqualTo(1);
        }
    }

    /** The nodes that have a tunnel, once two of the running ones have one each, and no other has any. */
    private static Set<Integer> awaitTwoHomes(ClusterRig rig, int running) {
        Set<Integer> homes = new TreeSet<>();
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            homes.clear();
            long tunnels = 0;
            assertThat(rig.running()).hasSize(running);
            for (int node : rig.running()) {
                tunnels += rig.tunnels(node);
                if (rig.tunnels(node) > 0) {
                    homes.add(node);
                }
            }
            assertThat(homes).hasSize(2);
            assertThat(tunnels).isEqualTo(2);
        });
        return homes;
    }

    private static int without(Set<Integer> homes) {
        for (int node = 1; node <= NODES; node++) {
            if (!homes.contains(node)) {
                return node;
            }
        }
        throw new AssertionError("every node has a tunnel: " + homes);
    }

    /** So many that both tunnels carry some. */
    private void talkTo(int node, int port) throws IOException {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> ClusterRig.isOpen(node, port));
        for (int i = 0; i < VISITORS; i++) {
            visitors.add(ClusterRig.visit(node, port));
        }
        talk();
    }

    private void talk() throws IOException {
        for (Socket visitor : visitors) {
            byte[] piece = new byte[PIECE];
            random.nextBytes(piece);
            visitor.getOutputStream().write(piece);
            assertThat(visitor.getInputStream().readNBytes(PIECE)).isEqualTo(piece);
        }
    }
}
