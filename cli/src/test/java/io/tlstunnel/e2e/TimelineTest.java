package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.client.Ended;
import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.server.TunnelServer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;

/** What happens when, as design and documentation promise it: with times made short. */
final class TimelineTest extends RigTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TOKEN = "the-token-of-this-test";

    TimelineTest(DataPath path) {
        super(path);
    }

    // ---- the client is away -----------------------------------------------------------------------------------------

    @Test
    void servesAVisitorWhoCameWhileTheClientWasAway() throws IOException {
        rig.startServer("hold_timeout = \"20s\"", "");
        try (Cable cable = new Cable(rig.server().port())) {
            int port = publishThrough(cable, 0);
            cable.unplug();
            awaitTunnels(0);
            try (Socket visitor = Rig.visit(port)) {
                say(visitor, "held");
                cable.plug();
                assertThat(hear(visitor, 4)).isEqualTo("held");
            }
        }
    }

    @Test
    void resetsAVisitorWhoWaitedForHoldTimeout() throws IOException {
        rig.startServer("hold_timeout = \"300ms\"", "");
        try (Cable cable = new Cable(rig.server().port())) {
            int port = publishThrough(cable, 0);
            cable.unplug();
            awaitTunnels(0);
            try (Socket visitor = Rig.visit(port)) {
                assertReset(visitor);
            }
        }
    }

    @Test
    void closesThePortAfterResumeTimeoutAndGivesItToAnother() throws IOException {
        rig.startServer("dead_after = \"500ms\"\nresume_timeout = \"1500ms\"\nping_interval = \"100ms\"", "");
        try (Cable cable = new Cable(rig.server().port())) {
            int port = publishThrough(cable, 0);
            cable.unplug();
            awaitTunnels(0);
            Rig.visit(port).close();
            awaitRefused(port);
            assertThat(rig.server().metrics().sessions().value()).isZero();

            TunnelClient other = rig.startClient(rig.clientConfig("other", "", Rig.proxy("web", port, echo.port())));
            assertThat(Rig.ports(other)).extracting(Published::port).containsExactly(port);
        }
    }

    @Test
    void saysWhoHasThePortAndWhenItBecomesFree() throws IOException {
        rig.startServer("resume_timeout = \"40s\"", "");
        try (Cable cable = new Cable(rig.server().port())) {
            int port = publishThrough(cable, 0);
            rig.startClient(rig.clientConfig("other", "", Rig.proxy("web", port, echo.port())));
            assertThat(log.await("not published", "CONFLICT", "127.0.0.1:" + port))
                    .contains("is held by client away (proxy echo)")
                    .doesNotContain("becomes free");
            cable.unplug();
            assertThat(log.await("not published", "is held by client away", "becomes free in"))
                    .containsPattern("it has lost its tunnel, and the port becomes free in [0-9]+ s");
        }
    }

    @Test
    void comesBackAndPublishesAgainAfterTheServerWasStartedAnew() throws IOException {
        TunnelServer first = rig.startServer("", "");
        try (Cable cable = new Cable(first.port())) {
            int port = publishThrough(cable, Rig.freePort());
            cable.unplug();
            Rig.await(first.close());
            cable.leadTo(rig.startServer("", "").port());
            cable.plug();
            awaitEcho(port);
        }
    }

    // ---- names and ports --------------------------------------------------------------------------------------------

    @Test
    void aSecondClientOfTheSameNameTakesOver() throws IOException {
        rig.startServer("", "");
        int port = Rig.freePort();
        TunnelClient first = rig.startClient(rig.clientConfig("twin", "", Rig.proxy("echo", port, echo.port())));
        Rig.ports(first);
        try (Services second = Services.start(socket -> socket.getOutputStream().write('2'))) {
            TunnelClient heir = rig.startClient(rig.clientConfig("twin", "", Rig.proxy("echo", port, second.port())));
            assertThat(Rig.await(first.ended())).isInstanceOf(Ended.Superseded.class);
            assertThat(((Ended.Superseded) Rig.await(first.ended())).sentence()).contains("127.0.0.1");
            assertThat(Rig.ports(heir)).extracting(Published::port).containsExactly(port);
            try (Socket visitor = Rig.visit(port)) {
                assertThat(hear(visitor, 1)).isEqualTo("2");
            }
        }
        assertThat(rig.server().metrics().sessions().value()).isEqualTo(1);
    }

    @Test
    void picksTheSamePortAgain() throws IOException {
        rig.startServer("", "");
        List<Integer> ports = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            TunnelClient client = rig.startClient(rig.clientConfig("again", "", Rig.proxy("echo", 0, echo.port())));
            ports.add(Rig.ports(client).get(0).port());
            Rig.await(client.shutdown());
            // Somebody else asks in between, and gets another one.
            TunnelClient other =
                    rig.startClient(rig.clientConfig("other" + run, "", Rig.proxy("echo", 0, echo.port())));
            assertThat(Rig.ports(other).get(0).port()).isNotEqualTo(ports.get(0));
        }
        assertThat(ports.get(1)).isEqualTo(ports.get(0));
    }

    @Test
    void refusesWhatTheKeyDoesNotAllow() throws IOException {
        rig.startServer("""
                allow_ports = ["30000-30010"]
                allow_types = ["ssh"]
                """, "");
        TunnelClient client = rig.startClient(rig.clientConfig(
                "client",
                "",
                Rig.proxy("type", 30_001, echo.port())
                        + Rig.proxy("port", 31_000, echo.port()).replace("\"tcp\"", "\"ssh\"")));
        assertThat(Rig.ports(client)).isEmpty();
        log.await("not published", "proxy=\"type\"", "FORBIDDEN", "does not allow proxy_type tcp");
        log.await("not published", "proxy=\"port\"", "FORBIDDEN", "does not allow port 31000, only 30000-30010");
    }

    @Test
    void refusesItsOwnPort() throws IOException {
        rig.startServer("", "");
        int own = rig.server().port();
        TunnelClient client = rig.startClient(rig.clientConfig("client", "", Rig.proxy("own", own, echo.port())));
        assertThat(Rig.ports(client)).isEmpty();
        log.await("not published", "FORBIDDEN", "port " + own + " is the server's own");
    }

    @Test
    void publishesOnceAnotherProgramLetsGoOfThePort() throws IOException {
        rig.startServer("", "");
        int port = Rig.freePort();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            TunnelClient client = rig.startClient(rig.clientConfig("client", "", Rig.proxy("echo", port, echo.port())));
            assertThat(Rig.ports(client)).isEmpty();
            log.await("not published", "BIND_FAILED", "in use");
        }
        awaitEcho(port);
    }

    @Test
    void picksAnotherPortWhereAProgramHoldsTheFirst() throws IOException {
        int taken = Rig.freePort();
        try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            rig.startServer("auto_ports = \"%d-%d\"".formatted(other.getLocalPort(), taken + 20), "");
            TunnelClient client = rig.startClient(rig.clientConfig("client", "", Rig.proxy("echo", 0, echo.port())));
            assertThat(Rig.ports(client).get(0).port()).isBetween(taken + 1, taken + 20);
        }
    }

    // ---- leaving ----------------------------------------------------------------------------------------------------

    @Test
    void closesPortsAtOnceAndLetsStreamsFinishWhenTheClientLeaves() throws IOException {
        rig.startServer("", "");
        TunnelClient client = rig.startClient(rig.clientConfig("client", "", Rig.proxy("echo", 0, echo.port())));
        int port = Rig.ports(client).get(0).port();
        Future<Void> left;
        try (Socket visitor = Rig.visit(port)) {
            say(visitor, "before");
            assertThat(hear(visitor, 6)).isEqualTo("before");
            left = client.shutdown();
            awaitRefused(port);
            say(visitor, "after");
            assertThat(hear(visitor, 5)).isEqualTo("after");
            assertThat(left.isComplete()).isFalse();
        }
        Rig.await(left);
        assertThat(Rig.await(client.ended())).isInstanceOf(Ended.Stopped.class);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> rig.server().metrics().tunnels().open() == 0);
    }

    // ---- streams ----------------------------------------------------------------------------------------------------

    /** Asks before the cut: the client may have moved the streams of a tunnel before the node notices its end. */
    @Test
    void spreadsStreamsOverItsConnections() throws IOException {
        rig.startServer("", "token = \"" + TOKEN + "\"");
        try (Cable cable = new Cable(rig.server().port())) {
            TunnelClient client = rig.startClient(
                    rig.clientConfig("two", cable.port(), "connections = 2", Rig.proxy("echo", 0, echo.port())));
            int port = Rig.ports(client).get(0).port();
            awaitPassing(() -> assertThat(streamsByTunnel()).hasSize(2));
            List<Socket> visitors = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket visitor = Rig.visit(port);
                visitors.add(visitor);
                say(visitor, "x");
                assertThat(hear(visitor, 1)).isEqualTo("x");
            }
            assertThat(streamsByTunnel()).containsExactly(5, 5);
            cable.cutOne();
            log.await("tunnel closed");
            for (Socket visitor : visitors) {
                say(visitor, "y");
                assertThat(hear(visitor, 1)).isEqualTo("y");
            }
            for (Socket visitor : visitors) {
                visitor.close();
            }
            awaitTunnels(2);
        }
    }

    @Test
    void resetsTheVisitorOfAServiceThatIsDown() throws IOException {
        rig.startServer("", "");
        TunnelClient client = rig.startClient(rig.clientConfig("client", "", Rig.proxy("down", 0, Rig.freePort())));
        int port = Rig.ports(client).get(0).port();
        // The reset may come before connect() has returned.
        assertThatThrownBy(() -> {
                    try (Socket visitor = Rig.visit(port)) {
                        visitor.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        log.await("local service not reached", "proxy=\"down\"", "refused");
    }

    @Test
    void resetsVisitorsBeyondMaxStreamsOfTheClient() throws IOException {
        rig.startServer("", "");
        assertLimit(rig.clientConfig("client", "max_streams = 2", Rig.proxy("echo", 0, echo.port())));
    }

    @Test
    void resetsVisitorsBeyondMaxStreamsOfTheKey() throws IOException {
        rig.startServer("max_streams = 2", "");
        assertLimit(rig.clientConfig("client", "", Rig.proxy("echo", 0, echo.port())));
    }

    private void assertLimit(io.tlstunnel.config.ClientConfig config) throws IOException {
        int port = Rig.ports(rig.startClient(config)).get(0).port();
        try (Socket first = Rig.visit(port);
                Socket second = Rig.visit(port)) {
            for (Socket visitor : List.of(first, second)) {
                say(visitor, "in");
                assertThat(hear(visitor, 2)).isEqualTo("in");
            }
            assertThatThrownBy(() -> {
                        // The reset may even come before the connection is there.
                        try (Socket third = Rig.visit(port)) {
                            assertThat(third.getInputStream().read())
                                    .as("let in")
                                    .isNegative();
                        }
                    })
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> rig.server().metrics().streams().open() == 0);
        awaitEcho(port);
    }

    // ---- steps ------------------------------------------------------------------------------------------------------

    private int publishThrough(Cable cable, int publishPort) throws IOException {
        TunnelClient client = rig.startClient(
                rig.clientConfig("away", cable.port(), "", Rig.proxy("echo", publishPort, echo.port())));
        return Rig.ports(client).get(0).port();
    }

    private void awaitTunnels(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> rig.server().metrics().tunnels().open() == count);
    }

    /** How many streams each tunnel of the only client has; a tunnel is listed once it is given visitors. */
    private List<Integer> streamsByTunnel() {
        JsonObject client = Api.only(new Api(rig.server().adminPort(), TOKEN).get("clients"), "clients");
        return Api.list(client, "tunnels").stream()
                .map(tunnel -> tunnel.getInteger("streams"))
                .toList();
    }

    private static void awaitEcho(int port) {
        awaitPassing(() -> {
            try (Socket visitor = Rig.visit(port)) {
                say(visitor, "back");
                assertThat(hear(visitor, 4)).isEqualTo("back");
            }
        });
    }

    private static void awaitRefused(int port) {
        awaitPassing(
                () -> assertThatThrownBy(() -> Rig.visit(port).close()).isInstanceOf(java.net.ConnectException.class));
    }

    private static void awaitPassing(ThrowingRunnable step) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(step);
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static void assertReset(Socket visitor) {
        assertThatThrownBy(() -> visitor.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }
}
