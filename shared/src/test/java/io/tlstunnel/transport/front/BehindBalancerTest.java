package io.tlstunnel.transport.front;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tlstunnel.config.BalancerConfig.Way;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.Frames;
import io.tlstunnel.transport.testing.RawClient;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.Accepted;
import io.tlstunnel.transport.testing.TransportRig.End;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Who came through a balancer, by a PROXY header (which the fast path alone takes) or by X-Forwarded-For. */
class BehindBalancerTest {
    private static final String HEADER = "PROXY TCP4 198.51.100.7 192.0.2.1 53480 443\r\n";
    private static final InetSocketAddress CLIENT = new InetSocketAddress("198.51.100.7", 53480);
    private static final byte[] LOCAL = Frames.bytes(
            0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x20, 0x00, 0x00, 0x00);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private TransportRig rig;

    @BeforeEach
    void open() {
        rig = new TransportRig();
        lines.start();
        logger().addAppender(lines);
    }

    @AfterEach
    void close() {
        rig.close();
        logger().detachAppender(lines);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Front.class);
    }

    private Accepted behind(DataPath path, TransportKind transport, Way way, String... trusted) {
        return rig.accepting(path, TransportRig.behind(TransportRig.balancer(way, trusted), transport));
    }

    private static String with(String header) {
        return RawClient.upgradeTo("/tunnel").replace("Upgrade: web", header + "\r\nUpgrade: web");
    }

    @Test
    void theHeaderNamesTheClientOfATunnel() throws IOException {
        Accepted accepted = behind(DataPath.FAST, TransportKind.WS, Way.PROXY_HEADER, "127.0.0.1");
        try (RawClient balancer = RawClient.plain(accepted.front().port())) {
            assertThat(balancer.send(HEADER).upgrade("/tunnel")).startsWith("HTTP/1.1 101");

            End end = accepted.next();
            assertThat(end.connection().remoteAddress()).isEqualTo(CLIENT);
            assertThat(end.connection().localAddress().getPort())
                    .isEqualTo(accepted.front().port());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itMayComeInPiecesAndTogetherWithWhatFollows(TransportKind transport) throws IOException {
        Accepted accepted = behind(DataPath.FAST, transport, Way.PROXY_HEADER, "127.0.0.1");
        if (transport == TransportKind.WSS) {
            try (RawClient balancer = RawClient.plain(accepted.front().port())) {
                balancer.send(HEADER.substring(0, 20)).send(HEADER.substring(20));
                assertThat(balancer.startTls(TransportRig.CERTIFICATE).upgrade("/tunnel"))
                        .startsWith("HTTP/1.1 101");
                assertThat(accepted.next().connection().remoteAddress()).isEqualTo(CLIENT);
            }
            return;
        }
        String all = HEADER + RawClient.upgradeTo("/tunnel");
        for (int cut = 1; cut < all.length(); cut += 13) {
            try (RawClient balancer = RawClient.plain(accepted.front().port())) {
                balancer.send(all.substring(0, cut)).send(all.substring(cut));
                assertThat(balancer.readHead()).as("cut at %d", cut).startsWith("HTTP/1.1 101");
                assertThat(accepted.next().connection().remoteAddress()).isEqualTo(CLIENT);
            }
        }
    }

    @Test
    void aHealthCheckIsTheBalancersOwn() throws IOException {
        Accepted accepted = behind(DataPath.FAST, TransportKind.WS, Way.PROXY_HEADER, "127.0.0.1");
        try (RawClient balancer = RawClient.plain(accepted.front().port())) {
            assertThat(balancer.send(LOCAL).upgrade("/tunnel")).startsWith("HTTP/1.1 101");

            assertThat(accepted.next().connection().remoteAddress().getAddress().getHostAddress())
                    .isEqualTo("127.0.0.1");
        }
    }

    @Test
    void aForgedHeaderOfAStrangerIsRefusedInOneLine() throws IOException {
        Accepted accepted = behind(DataPath.FAST, TransportKind.WS, Way.PROXY_HEADER, "10.0.0.0/8");
        for (int i = 0; i < 20; i++) {
            try (RawClient stranger = RawClient.plain(accepted.front().port())) {
                assertThat(stranger.send(HEADER).readToEnd()).isEmpty();
            } catch (IOException resetWhileSending) {
                assertThat(resetWhileSending).isInstanceOf(java.net.SocketException.class);
            }
        }
        assertThat(accepted.ends()).isEmpty();
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(5)
                .allMatch(line -> line.startsWith("refused a connection from /127.0.0.1:")
                        && line.contains("none of trusted_proxies"));
    }

    @Test
    void aBalancerThatForgetsTheHeaderIsTold() throws IOException {
        Accepted accepted = behind(DataPath.FAST, TransportKind.WS, Way.PROXY_HEADER, "127.0.0.0/8");
        for (String first : new String[] {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001", "PROXY TCP4 nobody\r\n"}) {
            try (RawClient balancer = RawClient.plain(accepted.front().port())) {
                assertThat(balancer.send(first).send("x".repeat(200)).readToEnd())
                        .isEmpty();
            } catch (java.net.SocketException resetWhileSending) {
                assertThat(resetWhileSending).isInstanceOf(IOException.class);
            }
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(3)
                .allMatch(line -> line.contains("it has no proper PROXY header"));
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void forwardedForNamesTheClientOfATunnel(DataPath path) throws IOException {
        Accepted accepted = behind(path, TransportKind.WS, Way.FORWARDED_FOR, "127.0.0.1", "10.0.0.0/8");
        try (RawClient balancer = RawClient.plain(accepted.front().port())) {
            String request = with("X-Forwarded-For: 203.0.113.1, 198.51.100.7\r\nX-Forwarded-For: 10.0.0.2");
            assertThat(balancer.send(request).readHead()).startsWith("HTTP/1.1 101");

            assertThat(accepted.next().connection().remoteAddress())
                    .isEqualTo(new InetSocketAddress("198.51.100.7", 0));
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void forwardedForOfAStrangerIsNotBelieved(DataPath path) throws IOException {
        Accepted accepted = behind(path, TransportKind.WS, Way.FORWARDED_FOR, "10.0.0.0/8");
        try (RawClient stranger = RawClient.plain(accepted.front().port())) {
            String request = with("X-Forwarded-For: 198.51.100.7");
            assertThat(stranger.send(request).readHead()).startsWith("HTTP/1.1 101");

            assertThat(accepted.next().connection().remoteAddress().getAddress().getHostAddress())
                    .isEqualTo("127.0.0.1");
        }
    }

    /** Balancers use one connection for the requests of many. */
    @Test
    void eachRequestOfOneConnectionHasItsOwnSender() throws IOException {
        Accepted accepted = behind(DataPath.FAST, TransportKind.WS, Way.FORWARDED_FOR, "127.0.0.1");
        try (RawClient balancer = RawClient.plain(accepted.front().port())) {
            balancer.send("HEAD / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n");
            assertThat(balancer.readHead()).startsWith("HTTP/1.1 404");
            assertThat(balancer.send(with("X-Forwarded-For: 198.51.100.7")).readHead())
                    .startsWith("HTTP/1.1 101");

            assertThat(accepted.next().connection().remoteAddress().getAddress().getHostAddress())
                    .isEqualTo("198.51.100.7");
        }
    }
}
