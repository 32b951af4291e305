package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.ProxySpec;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a key and a proxy allow their visitors. */
final class PermissionsTest extends RigTest {
    private static final int KIB = 1024;

    PermissionsTest(DataPath path) {
        super(path);
    }

    @Test
    void resetsAVisitorWhomTheKeyDenies() throws IOException {
        rig.startServer("deny_from = \"127.0.0.0/8\"", "");
        assertThat(Visitor.getsIn(publish(""))).isFalse();
        log.await("visitor turned away", "client=\"client\"", "proxy=\"echo\"", "the address is not allowed");
        assertThat(metrics())
                .contains("tls_tunnel_refusals_total{reason=\"forbidden\",what=\"visitor\"} 1.0")
                .contains("tls_tunnel_streams_open 0.0");
    }

    @Test
    void resetsAVisitorWhomTheProxyDoesNotAllow() throws IOException {
        rig.startServer("allow_from = \"127.0.0.1\"", "");
        assertThat(Visitor.getsIn(publish("allow_from = [\"10.0.0.0/8\", \"::1\"]")))
                .isFalse();
    }

    @Test
    void letsInWhomBothAllow() throws IOException {
        rig.startServer("allow_from = \"127.0.0.0/8\"\ndeny_from = \"127.0.0.2\"", "");
        assertThat(Visitor.getsIn(publish("allow_from = [\"10.0.0.0/8\", \"127.0.0.1\"]")))
                .isTrue();
    }

    @Test
    void resetsVisitorsWhoComeTooFast() throws IOException {
        rig.startServer("", "");
        int port = publish("max_streams_per_second = 1");
        assertThat(Visitor.getsIn(port)).isTrue();
        Awaitility.await().until(() -> !Visitor.getsIn(port));
        log.await("visitor turned away", "more than max_streams_per_second");
        Visitor.awaitIn(port);
        assertThat(metrics()).containsPattern("refusals_total\\{reason=\"rate\",what=\"visitor\"} [1-9]");
    }

    @Test
    void countsAllProxiesOfAKeyTogether() throws IOException {
        rig.startServer("", """
                [[clients]]
                name = "client"
                auth_key = "%s"
                max_streams_per_second = 1
                """.formatted(Rig.KEY));
        TunnelClient client = rig.startClient(
                rig.clientConfig("client", "", Rig.proxy("a", 0, echo.port()) + Rig.proxy("b", 0, echo.port())));
        int a = Rig.ports(client).get(0).port();
        int b = Rig.ports(client).get(1).port();
        Awaitility.await().until(() -> !(Visitor.getsIn(a) && Visitor.getsIn(b)));
    }

    @Test
    void refusesAProxyWithALimitThatItDoesNotKnow() throws IOException {
        rig.startServer("", "");
        try (WirePeer peer = WirePeer.open(rig.server().port())) {
            HandDialler.on(peer, HandDialler.RIGHT_KEY, "newer").shakeHands();
            ProxySpec spec = new ProxySpec("web", "tcp", "127.0.0.1", 0, Map.of("allow_moon_phase", "full"));
            peer.send(FrameEncoder.toArray(new Frame.Register(1, List.of(spec))));
            byte[] frame = peer.next();
            while (frame[0] != FrameType.REGISTERED.code()) {
                frame = peer.next();
            }
            assertThat(frame).asString().contains("option allow_moon_phase is not in this version");
        }
    }

    @Test
    void keepsToTheBandwidthOfTheProxyBothWaysAndLosesNothing() throws IOException {
        rig.startServer("", "");
        assertSlow(publish("bandwidth_limit = \"128KiB\""));
    }

    @Test
    void keepsToTheBandwidthOfTheKey() throws IOException {
        rig.startServer("bandwidth_limit = \"1Mbit\"", "");
        assertSlow(publish("bandwidth_limit = \"100MiB\""));
    }

    /** 384 KiB at 128 KiB a second, of which a tenth of a second's worth and a slice may go at once. */
    private static void assertSlow(int port) throws IOException {
        byte[] sent = new byte[384 * KIB];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31 + (i >> 10));
        }
        long began = System.nanoTime();
        try (Socket visitor = Rig.visit(port)) {
            Thread writer = new Thread(() -> write(visitor, sent), "writer");
            writer.start();
            byte[] heard = visitor.getInputStream().readAllBytes();
            assertThat(Arrays.equals(heard, sent)).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2_500));
    }

    private static void write(Socket visitor, byte[] bytes) {
        try {
            visitor.getOutputStream().write(bytes);
            visitor.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void letsAKeyHaveSoManyTunnelsOnly() throws IOException {
        rig.startServer("", """
                [[clients]]
                name = "client"
                auth_key = "%s"
                connections = 1
                """.formatted(Rig.KEY));
        TunnelClient client =
                rig.startClient(rig.clientConfig("client", "connections = 2", Rig.proxy("echo", 0, echo.port())));
        int port = Rig.ports(client).get(0).port();
        log.await("handshake failed", "has its 1 tunnels already");
        assertThat(Visitor.getsIn(port)).isTrue();
        assertThat(rig.server().metrics().tunnels().open()).isEqualTo(1);
    }

    private int publish(String proxyKeys) throws IOException {
        TunnelClient client =
                rig.startClient(rig.clientConfig("client", "", Rig.proxy("echo", 0, echo.port()) + proxyKeys + "\n"));
        return Rig.ports(client).get(0).port();
    }

    private String metrics() {
        return Metrics.of(rig.server().adminPort()).text();
    }
}
