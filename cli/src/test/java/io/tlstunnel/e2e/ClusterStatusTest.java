package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes: each tells what is so, of itself and of the other. */
@ExtendWith(LeakCheck.class)
final class ClusterStatusTest {
    private static final String TOKEN = "the-token-of-this-test";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private static void awaitPassing(ThrowingRunnable step) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(50)).untilAsserted(step);
    }

    private static Api api(ClusterRig rig, int node) {
        return new Api(rig.server(node).adminPort(), TOKEN);
    }

    @Test
    void bothNodesTellTheTruth() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 2, "bind_port = 0\ntoken = \"" + TOKEN + "\"")) {
            Api first = api(rig, 1);
            Api second = api(rig, 2);
            int port = Rig.freePort();
            Rig.await(rig.client("office", "", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1)
                    .ready());

            awaitPassing(() -> {
                assertMembers(first.get("cluster"), "node-1", "node-2", 0);
                // Links are dialled by who has the tunnel.
                assertMembers(second.get("cluster"), "node-2", "node-1", 1);
            });
            for (int node = 1; node <= 2; node++) {
                Api api = api(rig, node);
                String bound = "127.0.0." + node + ":" + port;
                awaitPassing(() -> {
                    JsonObject proxy = Api.only(api.get("proxies"), "proxies");
                    assertThat(proxy.getString("address")).isEqualTo("0.0.0.0:" + port);
                    assertThat(proxy.getBoolean("routed")).isTrue();
                    assertThat(proxy.getJsonArray("nodes")).containsExactly("node-1");
                    assertThat(proxy.getJsonObject("here").getString("state")).isEqualTo("listening");
                    assertThat(proxy.getJsonObject("here").getString("address")).isEqualTo(bound);
                    JsonObject client = Api.only(api.get("clients"), "clients");
                    assertThat(client.getJsonArray("nodes")).containsExactly("node-1");
                });
            }
            assertThat(Api.only(first.get("clients"), "clients").getJsonArray("tunnels"))
                    .isNotEmpty();
            assertThat(Api.only(second.get("clients"), "clients").getJsonArray("tunnels"))
                    .isEmpty();
            assertThat(first.why(port)).contains("The next visitor goes into the tunnel from ");
            awaitPassing(() -> assertThat(second.why(port))
                    .contains(
                            "0.0.0.0:" + port + " is claimed by client office for its proxy echo.",
                            "has tunnels at node-1.",
                            "the next visitor goes over the link to node-1, "));
            assertThat(Api.only(second.get("why/" + port), "routes")
                            .getJsonObject("next")
                            .getString("kind"))
                    .isEqualTo("link");

            Rig.await(rig.client("late", "", Rig.proxy("ssh", "0.0.0.0", port, echo.port()), 2)
                    .ready()
                    .otherwiseEmpty());
            awaitPassing(() -> {
                assertThat(second.why(port))
                        .contains("Proxy ssh of client late asks for 0.0.0.0:" + port + " and is refused: ");
                assertThat(first.why(port)).contains("and does not have it; node-2 knows why.");
            });
        }
    }

    private static void assertMembers(JsonObject cluster, String own, String other, int links) {
        assertThat(cluster.getString("node")).isEqualTo(own);
        assertThat(cluster.getBoolean("clustered")).isTrue();
        assertThat(cluster.getBoolean("whole")).isTrue();
        assertThat(Api.list(cluster, "members"))
                .extracting(member -> member.getString("name"))
                .containsExactly(own, other);
        JsonObject peer = Api.list(cluster, "members").get(1);
        assertThat(peer.getString("address")).isEqualTo("127.0.0." + other.charAt(other.length() - 1));
        assertThat(peer.getInteger("links")).isGreaterThanOrEqualTo(links);
    }

    @Test
    void namesTheNodeThatCannotListen() throws IOException {
        int port = Rig.freePort();
        try (Services echo = Services.echo();
                ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"));
                ClusterRig rig = ClusterRig.of(folder, 2, "bind_port = 0\ntoken = \"" + TOKEN + "\"")) {
            Rig.await(rig.client("office", "", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1)
                    .ready());
            assertThat(taken.isBound()).isTrue();
            awaitPassing(() -> {
                assertThat(api(rig, 2).why(port))
                        .contains("node-2 cannot listen on 127.0.0.2:" + port + ": ", "in use");
                assertThat(api(rig, 1).why(port)).contains("node-2 cannot listen on 0.0.0.0:" + port + ": ");
            });
            JsonObject here = Api.only(api(rig, 2).get("proxies"), "proxies").getJsonObject("here");
            assertThat(here.getString("state")).isEqualTo("failed");
        }
    }
}
