package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.data.Percentage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The members of a group are at different nodes, and visitors come in at all. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
final class ClusterGroupTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Percentage FIVE_PERCENT = Percentage.withPercentage(5);
    private static final byte[] SAID = "said before anybody was found".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private final int port = Rig.freePort();

    private String member(int localPort, String keys) {
        return Rig.proxy("site", "0.0.0.0", port, localPort) + """
                group = "site"
                group_key = "what the members of the site share"
                %s
                """.formatted(keys);
    }

    private void start(ClusterRig rig, String name, int node, String proxies) throws IOException {
        TunnelClient client = rig.client(name, "", proxies, node);
        assertThat(Rig.await(client.ready())).hasSize(1);
    }

    private String ask(int node) throws IOException {
        return Site.ask(ClusterRig.visit(node, port));
    }

    private Map<String, Integer> ask(int node, int times) throws IOException {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < times; i++) {
            answers.merge(ask(node), 1, Integer::sum);
        }
        return answers;
    }

    private void awaitBoth(int node) {
        Set<String> answers = new TreeSet<>();
        Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    answers.add(ask(node));
                    return answers.equals(Set.of("a", "b"));
                });
    }

    @Test
    void weightsHoldWhereverVisitorsEnterAndWhoIsLostGetsNone() throws IOException {
        try (Site a = new Site("a");
                Site b = new Site("b");
                ClusterRig rig = ClusterRig.of(folder, 2)) {
            start(rig, "client-a", 1, member(a.port(), "weight = 3"));
            start(rig, "client-b", 2, member(b.port(), ""));
            for (int node = 1; node <= 2; node++) {
                awaitBoth(node);
                Map<String, Integer> answers = ask(node, 400);
                assertThat(answers.get("a")).as("at node %s", node).isCloseTo(300, FIVE_PERCENT);
                assertThat(answers.get("b")).as("at node %s", node).isCloseTo(100, FIVE_PERCENT);
            }

            try (LogCapture log = LogCapture.ofProgram()) {
                rig.stop(1);
                log.await("members=\"1\"", "node_addr=\"127.0.0.2\"");
            }
            assertThat(ask(2, 100)).containsOnlyKeys("b");
        }
    }

    @Test
    void whatOneServiceRefusesAMemberAtAnotherNodeGets() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 2)) {
            start(rig, "client-a", 1, member(Rig.freePort(), "weight = 100"));
            start(rig, "client-b", 2, member(echo.port(), ""));
            for (int node = 1; node <= 2; node++) {
                awaitEcho(node);
                for (int i = 0; i < 20; i++) {
                    assertThat(echo(node)).isEqualTo(SAID);
                }
            }
        }
    }

    private byte[] echo(int node) throws IOException {
        try (Socket visitor = ClusterRig.visit(node, port)) {
            visitor.getOutputStream().write(SAID);
            visitor.shutdownOutput();
            return visitor.getInputStream().readAllBytes();
        }
    }

    /** Until both members are known there a visitor may still be refused. */
    private void awaitEcho(int node) {
        Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> echo(node).length == SAID.length);
    }
}
