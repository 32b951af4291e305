package io.tlstunnel.transport.dial;

import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.dial.DialException.Kind;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.FakeServer;
import io.tlstunnel.transport.testing.Frames;
import io.tlstunnel.transport.testing.TestCertificate;
import io.tlstunnel.transport.testing.TestTls;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.End;
import io.tlstunnel.transport.websocket.Upgrade;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which a dial fails has a sentence of its own. */
class DialFailuresTest {
    @SuppressWarnings("NullAway.Init")
    private static TransportRig rig;

    @BeforeAll
    static void open() {
        rig = new TransportRig();
    }

    @AfterAll
    static void closeRig() {
        rig.close();
    }

    private static DialException failure(Future<?> dial) {
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        dial.onSuccess(connected -> failed.complete(new AssertionError("connected")))
                .onFailure(failed::complete);
        assertThat(await(failed)).isInstanceOf(DialException.class);
        return (DialException) await(failed);
    }

    private static DialException failure(DataPath path, DialTarget target) {
        return failure(rig.dialling(path, target));
    }

    private static DialTarget target(String host, int port, TransportKind kind) {
        return new DialTarget(
                new HostPort(host, port), kind, "/tunnel", null, Duration.ofMillis(1500), Duration.ofMillis(1500));
    }

    private static int unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void nobodyListens(DataPath path) throws IOException {
        int port = unused();

        DialException failure = failure(path, target("127.0.0.1", port, TransportKind.WSS));

        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure)
                .hasMessage("127.0.0.1:" + port + " refused the connection: does it run, and is the port right?");
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void theNameDoesNotExist(DataPath path) {
        DialTarget target = new DialTarget(
                new HostPort("no-such-host.invalid", 443),
                TransportKind.WSS,
                "/tunnel",
                null,
                Duration.ofSeconds(15),
                Duration.ofSeconds(1));

        DialException failure = failure(path, target);

        assertThat(failure.kind()).isEqualTo(Kind.DNS);
        assertThat(failure).hasMessageContaining("no-such-host.invalid").hasMessageContaining("DNS");
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void theServerSaysNothing(DataPath path) throws IOException {
        try (FakeServer silent = new FakeServer(socket -> {})) {
            for (TransportKind kind : TransportKind.values()) {
                DialException failure = failure(path, target("127.0.0.1", silent.port(), kind));

                assertThat(failure.kind()).as(failure.getMessage()).isIn(Kind.TIMEOUT, Kind.TLS, Kind.NOT_WEBSOCKET);
                if (path == DataPath.FAST) {
                    assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
                    assertThat(failure).hasMessageContaining("did not finish").hasMessageContaining("within 1500 ms");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void theServerHangsUp(DataPath path) throws IOException {
        try (FakeServer rude = new FakeServer(Socket::close)) {
            assertThat(failure(path, target("127.0.0.1", rude.port(), TransportKind.WSS))
                            .kind())
                    .isIn(Kind.TLS, Kind.NETWORK);
            assertThat(failure(path, target("127.0.0.1", rude.port(), TransportKind.WS))
                            .kind())
                    .isIn(Kind.NETWORK, Kind.NOT_WEBSOCKET);
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void theCertificateIsNotTrusted(DataPath path) {
        int port = rig.accepting(path, TransportRig.config(TransportKind.WSS))
                .front()
                .port();
        TestTls other = new TestTls(TransportRig.CERTIFICATE, TestCertificate.create());
        Context context = rig.runtime().loops().get(0).context();
        TunnelDialler dialler = path.dialler(rig.runtime(), other);

        DialException failure = failure(dialler.dial(context, target("localhost", port, TransportKind.WSS)));

        assertThat(failure.kind()).isEqualTo(Kind.TLS_UNTRUSTED);
        assertThat(failure).hasMessageStartingWith("the certificate of localhost:" + port + " was not accepted: ");
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void theCertificateIsForAnotherName(DataPath path) {
        int port = rig.accepting(path, TransportRig.config(TransportKind.WSS))
                .front()
                .port();

        DialException failure = failure(path, target("127.0.0.2", port, TransportKind.WSS));

        assertThat(failure.kind()).isIn(Kind.TLS_UNTRUSTED, Kind.REFUSED);
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void theOtherTransportIsSpokenThere(DataPath path) {
        int wss = rig.accepting(path, TransportRig.config(TransportKind.WSS))
                .front()
                .port();
        int ws = rig.accepting(path, TransportRig.config(TransportKind.WS))
                .front()
                .port();

        assertThat(failure(path, target("localhost", ws, TransportKind.WSS)))
                .hasMessageContaining("does not speak TLS");
        if (path == DataPath.FAST) {
            assertThat(failure(path, target("localhost", wss, TransportKind.WS)))
                    .hasMessageContaining("transport = \"wss\" is the right one");
        } else {
            failure(path, target("localhost", wss, TransportKind.WS));
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void thePathIsAnotherOne(DataPath path) {
        int port = rig.accepting(path, TransportRig.config(TransportKind.WSS))
                .front()
                .port();

        DialException failure = failure(path, rig.target(port, TransportKind.WSS, "/other", null));

        assertThat(failure.kind()).isEqualTo(Kind.HTTP_STATUS);
        assertThat(failure).hasMessage("the server answered 404 to /other: is wss_path the same on both sides?");
    }

    @ParameterizedTest
    @CsvSource({
        "403, something in front of the node refuses",
        "503, no node is up behind",
        "426, does a proxy in between strip it",
        "200, that is an ordinary web server",
        "302, that is an ordinary web server"
    })
    void anotherStatusIsAnswered(int status, String sentence) throws IOException {
        for (DataPath path : DataPath.values()) {
            try (FakeServer server =
                    FakeServer.answering("HTTP/1.1 " + status + " Some\r\nContent-Length: 5\r\n\r\nhello")) {
                DialException failure = failure(path, target("localhost", server.port(), TransportKind.WS));

                assertThat(failure.kind()).isEqualTo(Kind.HTTP_STATUS);
                assertThat(failure).hasMessageContaining("answered " + status).hasMessageContaining(sentence);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void theAnswerIsNotWebSocket(DataPath path) throws IOException {
        for (String answer : List.of(
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 101 Fine\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 Fine\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bad\r\n\r\n")) {
            try (FakeServer server = FakeServer.answering(answer)) {
                DialException failure = failure(path, target("localhost", server.port(), TransportKind.WS));

                assertThat(failure.kind()).as(failure.getMessage()).isIn(Kind.NOT_WEBSOCKET, Kind.NETWORK);
            }
        }
    }

    /** A server that strips the sub-protocol, and sends a frame right behind its answer. */
    private static void agree(Socket socket) throws IOException {
        String head = FakeServer.readHead(socket);
        String key = head.lines()
                .filter(line ->
                        line.toLowerCase(java.util.Locale.ROOT).startsWith(HttpHeaderNames.SEC_WEBSOCKET_KEY + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElseThrow();
        String answer = "HTTP/1.1 101 Fine\r\nUpgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n"
                .concat("Sec-WebSocket-Accept: " + Upgrade.accept(key) + "\r\n\r\n");
        socket.getOutputStream()
                .write(Frames.join(
                        answer.getBytes(StandardCharsets.US_ASCII), Frames.bare(0x82, Frames.bytes('h', 'i'))));
        socket.getOutputStream().flush();
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void goesOnWithoutTheSubProtocolAndLosesNothingBehindTheAnswer(DataPath path) throws IOException {
        try (FakeServer server = new FakeServer(DialFailuresTest::agree)) {
            End end = rig.dial(path, target("localhost", server.port(), TransportKind.WS));

            assertThat(await(end.log().atLeast(2))).isEqualTo(Frames.bytes('h', 'i'));
        }
    }

    @Test
    void triesEveryAddressAndNamesAllFailures() throws IOException {
        int port = rig.accepting(DataPath.FAST, TransportRig.config(TransportKind.WSS))
                .front()
                .port();
        InetSocketAddress closed = new InetSocketAddress(InetAddress.getByName("127.0.0.3"), port);
        InetSocketAddress open = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
        Context context = rig.runtime().loops().get(0).context();
        DialTarget target = target("localhost", port, TransportKind.WSS);

        FastDialler lucky = new FastDialler(
                rig.runtime(), rig.tls, (peer, timeout) -> Future.succeededFuture(List.of(closed, closed, open)));
        CarrierConnection connection = await(lucky.dial(context, target));
        connection.context().runOnContext(run -> connection.carrier().abort());

        try (FakeServer silent = new FakeServer(socket -> {})) {
            InetSocketAddress mute = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), silent.port());
            FastDialler unlucky = new FastDialler(
                    rig.runtime(), rig.tls, (peer, timeout) -> Future.succeededFuture(List.of(closed, mute)));
            DialException failure = failure(unlucky.dial(context, target));
            assertThat(failure)
                    .hasMessage("none of the 2 addresses works: localhost:" + port
                            + " (127.0.0.3) refused the connection: does it run, and is the port right?; localhost:"
                            + port + " (127.0.0.1) did not finish the TLS handshake within 1500 ms");
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        }
    }

    @Test
    void beginsWithTheAddressWhoseTurnItIs() throws IOException {
        int port = unused();
        InetSocketAddress one = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
        InetSocketAddress other = new InetSocketAddress(InetAddress.getByName("127.0.0.3"), port);
        FastDialler dialler =
                new FastDialler(rig.runtime(), rig.tls, (peer, timeout) -> Future.succeededFuture(List.of(one, other)));
        Context context = rig.runtime().loops().get(0).context();
        DialTarget plain = target("localhost", port, TransportKind.WSS);
        DialTarget third = new DialTarget(
                plain.server(),
                plain.transport(),
                plain.path(),
                null,
                plain.connectTimeout(),
                plain.handshakeTimeout(),
                3);

        assertThat(failure(dialler.dial(context, plain))).hasMessageMatching(".*127\\.0\\.0\\.1.*127\\.0\\.0\\.3.*");
        assertThat(failure(dialler.dial(context, third))).hasMessageMatching(".*127\\.0\\.0\\.3.*127\\.0\\.0\\.1.*");
    }
}
