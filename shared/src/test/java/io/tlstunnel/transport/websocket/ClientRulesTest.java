package io.tlstunnel.transport.websocket;

import static io.tlstunnel.transport.testing.Frames.bare;
import static io.tlstunnel.transport.testing.Frames.bytes;
import static io.tlstunnel.transport.testing.Frames.masked;
import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.FakeServer;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.End;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 6455 from the client's side: what it says to a server that breaks the rules, and that all it says is masked. */
@ParameterizedClass
@EnumSource(DataPath.class)
class ClientRulesTest {
    @Parameter
    private DataPath path = DataPath.FAST;

    private final BlockingQueue<Frame> heard = new LinkedBlockingQueue<>();
    private TransportRig rig;

    /** A frame as the server read it, unmasked. */
    private record Frame(int first, int key, byte[] payload) {}

    @BeforeEach
    void open() {
        rig = new TransportRig();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Agrees to the upgrade, sends {@code bytes}, and notes every frame that comes. */
    private FakeServer server(byte[] bytes) throws IOException {
        return new FakeServer(socket -> {
            String key = FakeServer.readHead(socket)
                    .lines()
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:"))
                    .map(line -> line.substring(18).trim())
                    .findFirst()
                    .orElseThrow();
            String answer = String.join(
                    "\r\n",
                    "HTTP/1.1 101 Switching Protocols",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Protocol: tls-tunnel.v1",
                    "Sec-WebSocket-Accept: " + Upgrade.accept(key),
                    "",
                    "");
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            listen(socket);
        });
    }

    private void listen(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        for (int first = in.read(); first >= 0; first = in.read()) {
            int second = in.read();
            assertThat(second & 0x80).isEqualTo(0x80);
            int length = second & 0x7f;
            if (length == 126) {
                length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
            }
            int key = ByteBuffer.wrap(in.readNBytes(4)).getInt();
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= (byte) (key >>> ((3 - i % 4) * 8));
            }
            heard.add(new Frame(first, key, payload));
        }
    }

    private Frame next() throws InterruptedException {
        Frame frame = heard.poll(20, TimeUnit.SECONDS);
        assertThat(frame).isNotNull();
        return java.util.Objects.requireNonNull(frame);
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                Arguments.of("masked", masked(0x82, bytes(1)), 1002),
                Arguments.of("text", bare(0x81, bytes('x')), 1003),
                Arguments.of("reserved bits", bare(0xc2, bytes(1)), 1002),
                Arguments.of("reserved opcode", bare(0x83, bytes(1)), 1002),
                Arguments.of("too big", bytes(0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0), 1009),
                Arguments.of("close of one byte", bare(0x88, bytes(1)), 1002));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void tellsAServerThatBreaksARule(String name, byte[] sent, int code) throws Exception {
        try (FakeServer server = server(sent)) {
            End end = rig.dial(path, rig.target(server.port(), TransportKind.WS));

            Frame close = next();

            assertThat(close.first()).isEqualTo(0x88);
            assertThat(ByteBuffer.wrap(close.payload()).getShort()).isEqualTo((short) code);
            assertThat(await(end.log().whenClosed())).startsWith("the peer broke the WebSocket protocol: ");
        }
    }

    @Test
    void masksEveryFrameWithAKeyOfItsOwn() throws Exception {
        try (FakeServer server = server(bare(0x89, bytes('p')))) {
            End end = rig.dial(path, rig.target(server.port(), TransportKind.WS));
            Frame pong = next();
            end.send(new byte[300]);
            Frame data = next();
            end.run(() -> end.connection().carrier().close());
            Frame close = next();

            assertThat(pong.first()).isEqualTo(0x8a);
            assertThat(pong.payload()).isEqualTo(bytes('p'));
            assertThat(data.first()).isEqualTo(0x82);
            assertThat(data.payload()).isEqualTo(new byte[300]);
            assertThat(close.payload()).isEqualTo(bytes(0x03, 0xe8));
            assertThat(Stream.of(pong, data, close).map(Frame::key).distinct()).hasSize(3);
        }
    }

    @Test
    void waitsForAServerThatClosesButNotForEver() throws Exception {
        try (FakeServer server = server(bare(0x88, bytes(0x03, 0xe9)))) {
            End end = rig.dial(path, rig.target(server.port(), TransportKind.WS));

            assertThat(next().payload()).isEqualTo(bytes(0x03, 0xe9));
            assertThat(await(end.log().whenClosed())).isEqualTo("closed by the peer, 1001 going away");
        }
    }

    @Test
    void answersTheLastOfManyPingsToAPeerThatDoesNotRead() throws Exception {
        ByteArrayOutputStream pings = new ByteArrayOutputStream();
        for (int i = 0; i < 20_000; i++) {
            pings.writeBytes(bare(0x89, new byte[125]));
        }
        pings.writeBytes(bare(0x82, bytes(7)));
        try (FakeServer server = server(pings.toByteArray())) {
            End end = rig.dial(path, rig.target(server.port(), TransportKind.WS));

            assertThat(await(end.log().atLeast(1))).containsExactly(7);
            assertThat(next().first()).isEqualTo(0x8a);
        }
    }
}
