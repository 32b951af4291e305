package io.tlstunnel.transport.front;

import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.config.BalancerConfig;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.config.WebConfig;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.Frames;
import io.tlstunnel.transport.testing.RawClient;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.Accepted;
import io.tlstunnel.transport.testing.TransportRig.End;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What strangers do to the tunnel port, and that it ends soon, with an answer where there is one. */
class FrontDefenceTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private TransportRig rig;

    @BeforeEach
    void open() {
        rig = new TransportRig();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** A front that waits 700 ms for a request and 900 ms for the next. */
    private static FrontConfig hasty(TransportKind kind, int maxConnections) {
        return new FrontConfig(
                "127.0.0.1",
                0,
                kind,
                "/tunnel",
                new WebConfig.NotFound(),
                Duration.ofMillis(700),
                Duration.ofMillis(900),
                maxConnections,
                BalancerConfig.NONE);
    }

    private static Duration timeToEnd(RawClient client) throws IOException {
        long start = System.nanoTime();
        client.readToEnd();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** However much of it comes; on the plain path what is unread may turn the answer into a reset. */
    @Test
    void tellsPlainHttpThatThePortSpeaksTls() throws IOException {
        int port = rig.accepting(DataPath.FAST, TransportRig.config(TransportKind.WSS))
                .front()
                .port();
        try (RawClient client = RawClient.plain(port)) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(100_000) + "\r\n\r\n");

            String answer = new String(client.readToEnd(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("This port speaks TLS");
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void closesOnGarbageOfEveryKind(DataPath path) throws IOException {
        Accepted accepted = rig.accepting(path, hasty(TransportKind.WSS, 100));
        byte[] noise = new byte[10_000];
        new Random(3).nextBytes(noise);
        noise[0] = 0;
        List<byte[]> garbage = List.of(
                noise,
                Frames.bytes(0x16),
                Frames.bytes(0x16, 3, 1),
                Frames.join(Frames.bytes(0x16, 3, 1, 0xff, 0xff, 1, 0xff, 0xff, 0xff), noise),
                Frames.join(Frames.bytes(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0), noise),
                Frames.join(Frames.bytes(0x16, 9, 9, 0, 5, 1, 0, 0, 1, 0), noise),
                Frames.bytes(0x15, 3, 3, 0, 2, 2, 40),
                Frames.bytes(0x80, 0x2e, 1, 0, 2),
                "SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
        for (byte[] bytes : garbage) {
            try (RawClient client = RawClient.plain(accepted.front().port())) {
                client.send(bytes);
                assertThat(timeToEnd(client)).isLessThan(SOON);
            } catch (SocketException resetWhileSending) {
                assertThat(resetWhileSending).isInstanceOf(IOException.class);
            }
        }
        End near = rig.dial(path, rig.target(accepted.front().port(), TransportKind.WSS));
        near.send(new byte[3]);
        await(accepted.next().log().atLeast(3));
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void doesNotWaitLongForARequest(DataPath path) throws IOException {
        int ws = rig.accepting(path, hasty(TransportKind.WS, 100)).front().port();
        int wss = rig.accepting(path, hasty(TransportKind.WSS, 100)).front().port();
        try (RawClient silent = RawClient.plain(ws);
                RawClient silentBeforeTls = RawClient.plain(wss)) {
            assertThat(timeToEnd(silent)).isLessThan(SOON);
            assertThat(timeToEnd(silentBeforeTls)).isLessThan(SOON);
        }
        assertThat(timeToEndInTls(wss)).isLessThan(SOON);
    }

    /** From the connection on: the front waits for TLS too, and a busy client may not be through with it. */
    private static Duration timeToEndInTls(int port) throws IOException {
        long start = System.nanoTime();
        try (RawClient silent = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            silent.readToEnd();
        } catch (SocketException | SSLException endedDuringTls) {
            assertThat(endedDuringTls).isInstanceOf(IOException.class);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void isNotHeldUpByARequestThatDripsIn(DataPath path) throws Exception {
        int port = rig.accepting(path, hasty(TransportKind.WS, 100)).front().port();
        try (RawClient slow = RawClient.plain(port)) {
            long start = System.nanoTime();
            slow.send("GET / HTTP/1.1\r\nHost: localhost\r\n");

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            slow.send("X-" + i + ": drip\r\n");
                            if (!slow.quietFor(Duration.ofMillis(50))) {
                                throw new IOException("answered or closed");
                            }
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closesAnIdleConnectionBetweenTwoRequests(DataPath path) throws IOException {
        int port = rig.accepting(path, hasty(TransportKind.WS, 100)).front().port();
        try (RawClient client = RawClient.plain(port)) {
            client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 404");
            long start = System.nanoTime();
            client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 404");

            client.readToEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(500), SOON);
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void boundsTheHeadOfARequest(DataPath path) throws IOException {
        int port = rig.accepting(path, TransportRig.config(TransportKind.WS))
                .front()
                .port();
        try (RawClient client = RawClient.plain(port)) {
            client.send("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readHead()).containsPattern("^HTTP/1\\.[01] 414");
        }
        try (RawClient client = RawClient.plain(port)) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(17_000) + "\r\n\r\n");
            assertThat(client.readHead()).containsPattern("^HTTP/1\\.[01] 431");
        }
        try (RawClient client = RawClient.plain(port)) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nbad header\u0000: x\r\n\r\n");
            assertThat(client.readHead()).containsPattern("^HTTP/1\\.[01] 400");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 12, 426",
        "Sec-WebSocket-Version: 13, X: y, 426",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, X: y, 400",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: short, 400",
        "Connection: Upgrade, Connection: keep-alive, 400",
        "Host: localhost, X: y, 400",
        "GET, POST, 405",
        "HTTP/1.1, HTTP/1.0, 400",
        "/tunnel, /tunnel/, 404",
        "/tunnel, /TUNNEL, 404",
        "Upgrade: websocket, Upgrade: h2c, 404",
        "/tunnel, /tunnel?x=1, 101",
        "/tunnel, /, 101",
        "Upgrade: websocket, upgrade: WebSocket, 101",
        "Connection: Upgrade, Connection: keep-alive%2C upgrade, 101",
    })
    void takesAProperUpgradeOnly(String part, String instead, int status) throws IOException {
        for (DataPath path : DataPath.values()) {
            int port = rig.accepting(path, TransportRig.config(TransportKind.WS))
                    .front()
                    .port();
            try (RawClient client = RawClient.plain(port)) {
                String request = RawClient.upgradeTo("/tunnel").replace(part, instead.replace("%2C", ","));

                String head = client.send(request).readHead();

                assertThat(head).as(path.name()).containsPattern("^HTTP/1\\.[01] " + status + " ");
                assertThat(head.toLowerCase(java.util.Locale.ROOT).contains("sec-websocket-version: 13"))
                        .as(path.name())
                        .isEqualTo(status == 426);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void answersTheSubProtocolIfItIsOffered(DataPath path) throws IOException {
        int port = rig.accepting(path, TransportRig.config(TransportKind.WS))
                .front()
                .port();
        for (String offer : new String[] {"tls-tunnel.v1", "chat%2C tls-tunnel.v1", "chat"}) {
            try (RawClient client = RawClient.plain(port)) {
                String request = RawClient.upgradeTo("/tunnel")
                        .replace(
                                "Upgrade: web",
                                "Sec-WebSocket-Protocol: " + offer.replace("%2C", ",") + "\r\nUpgrade: web");

                String head = client.send(request).readHead().toLowerCase(java.util.Locale.ROOT);

                assertThat(head).startsWith("http/1.1 101");
                assertThat(head.contains("sec-websocket-protocol: tls-tunnel.v1"))
                        .isEqualTo(offer.contains("tls-tunnel"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void givesAClientThePlaceOfTheOneWhoWaitsLongest(DataPath path) throws IOException {
        Accepted accepted = rig.accepting(
                path,
                new FrontConfig(
                        "127.0.0.1",
                        0,
                        TransportKind.WS,
                        "/tunnel",
                        new WebConfig.NotFound(),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        3,
                        BalancerConfig.NONE));
        int port = accepted.front().port();
        End first = rig.dial(path, rig.target(port, TransportKind.WS));
        End second = rig.dial(path, rig.target(port, TransportKind.WS));
        List<RawClient> silent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            silent.add(RawClient.plain(port));
            silent.get(i).send("G");
            Awaitility.await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        }

        End third = rig.dial(path, rig.target(port, TransportKind.WS));

        assertThat(timeToEnd(silent.get(0))).isLessThan(SOON);
        silent.get(1).send("ET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(silent.get(1).readHead()).startsWith("HTTP/1.1 404");
        for (End end : List.of(first, second, third)) {
            end.send(new byte[5]);
            await(accepted.next().log().atLeast(5));
        }
        for (RawClient client : silent) {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void stopsListeningAndClosesWhatIsNoTunnel(DataPath path) throws Exception {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WSS));
        int port = accepted.front().port();
        End near = rig.dial(path, rig.target(port, TransportKind.WSS));
        End far = accepted.next();
        try (RawClient web = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            web.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead();

            await(accepted.front().close());
            await(accepted.front().close());

            assertThat(timeToEnd(web)).isLessThan(SOON);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThatThrownBy(() -> RawClient.plain(port).close())
                                    .isInstanceOf(ConnectException.class));
            near.send(new byte[7]);
            await(far.log().atLeast(7));
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void saysWhyItCannotListen(DataPath path) throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            FrontConfig config = new FrontConfig(
                    "0.0.0.0",
                    taken.getLocalPort(),
                    TransportKind.WS,
                    "/tunnel",
                    new WebConfig.NotFound(),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    10,
                    BalancerConfig.NONE);

            assertThatThrownBy(() -> rig.front(path, config, connection -> {}))
                    .rootCause()
                    .hasMessageContaining("in use");
        }
    }
}
