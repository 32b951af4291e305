package io.tlstunnel.transport.websocket;

import static io.tlstunnel.transport.testing.Frames.bare;
import static io.tlstunnel.transport.testing.Frames.bytes;
import static io.tlstunnel.transport.testing.Frames.close;
import static io.tlstunnel.transport.testing.Frames.closeCode;
import static io.tlstunnel.transport.testing.Frames.join;
import static io.tlstunnel.transport.testing.Frames.masked;
import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.Frames;
import io.tlstunnel.transport.testing.RawClient;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.Accepted;
import io.tlstunnel.transport.testing.TransportRig.End;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 6455, rule by rule: what a client may not send, and what it is told. */
class WebSocketRulesTest {
    private static final int PROTOCOL = 1002;
    private static final int TEXT = 1003;
    private static final int PAYLOAD = 1007;
    private static final int TOO_BIG = 1009;

    /** What the plain path cannot be strict about. */
    private static final Set<String> VERTX_LETS_PASS =
            Set.of("close 5000", "close 65535", "close reason cut off in UTF-8");

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

    private record Rule(String name, byte[] sent, int code) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Rule> rules() {
        byte[] none = new byte[0];
        byte[] some = {1, 2, 3};
        return Stream.of(
                new Rule("RSV1", masked(0xc2, some), PROTOCOL),
                new Rule("RSV2", masked(0xa2, some), PROTOCOL),
                new Rule("RSV3", masked(0x92, some), PROTOCOL),
                new Rule("RSV1 on a ping", masked(0xc9, none), PROTOCOL),
                new Rule("opcode 3", masked(0x83, some), PROTOCOL),
                new Rule("opcode 7", masked(0x87, none), PROTOCOL),
                new Rule("opcode 11", masked(0x8b, none), PROTOCOL),
                new Rule("opcode 15", masked(0x8f, some), PROTOCOL),
                new Rule("text", masked(0x81, some), TEXT),
                new Rule("empty text", masked(0x81, none), TEXT),
                new Rule("first fragment of text", masked(0x01, some), TEXT),
                new Rule("continuation of nothing", masked(0x80, some), PROTOCOL),
                new Rule(
                        "continuation after the end",
                        join(masked(2, some), masked(0x80, some), masked(0x80, some)),
                        PROTOCOL),
                new Rule("message inside a message", join(masked(2, some), masked(0x82, some)), PROTOCOL),
                new Rule("fragmented ping", masked(0x09, some), PROTOCOL),
                new Rule("fragmented close", masked(0x08, close(1000, "")), PROTOCOL),
                new Rule("ping of 126 bytes", masked(0x89, new byte[126]), PROTOCOL),
                new Rule("close of 126 bytes", masked(0x88, close(1000, "x".repeat(124))), PROTOCOL),
                new Rule("unmasked", bare(0x82, some), PROTOCOL),
                new Rule("unmasked ping", bare(0x89, none), PROTOCOL),
                new Rule("5 in 16 bits", bytes(0x82, 0xfe, 0, 5, 0, 0, 0, 0, 1, 2, 3, 4, 5), PROTOCOL),
                new Rule("65535 in 64 bits", bytes(0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0), PROTOCOL),
                new Rule("top bit of 64", bytes(0x82, 0xff, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), PROTOCOL),
                new Rule("1 GiB", bytes(0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0), TOO_BIG),
                new Rule("close of one byte", masked(0x88, bytes(3)), PROTOCOL),
                new Rule("close 0", masked(0x88, close(0, "")), PROTOCOL),
                new Rule("close 999", masked(0x88, close(999, "")), PROTOCOL),
                new Rule("close 1004", masked(0x88, close(1004, "")), PROTOCOL),
                new Rule("close 1005", masked(0x88, close(1005, "")), PROTOCOL),
                new Rule("close 1006", masked(0x88, close(1006, "")), PROTOCOL),
                new Rule("close 1015", masked(0x88, close(1015, "")), PROTOCOL),
                new Rule("close 2999", masked(0x88, close(2999, "")), PROTOCOL),
                new Rule("close 5000", masked(0x88, close(5000, "")), PROTOCOL),
                new Rule("close 65535", masked(0x88, close(65535, "")), PROTOCOL),
                new Rule("close reason not UTF-8", masked(0x88, bytes(0x03, 0xe8, 0xc3, 0x28)), PAYLOAD),
                new Rule("close reason cut off in UTF-8", masked(0x88, bytes(0x03, 0xe8, 'a', 0xe2, 0x82)), PAYLOAD));
    }

    static Stream<Arguments> rulesOnBothPaths() {
        return rules().flatMap(rule -> Stream.of(DataPath.values()).map(path -> Arguments.of(rule, path)));
    }

    @ParameterizedTest
    @MethodSource("rulesOnBothPaths")
    void tellsTheOneWhoBreaksARule(Rule rule, DataPath path) throws IOException {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            client.upgrade("/tunnel");
            End far = accepted.next();

            client.send(rule.sent());
            byte[] answer = client.readFrame();
            client.socket().close();

            assertThat(answer).startsWith(0x88);
            String reason = await(far.log().whenClosed());
            if (path == DataPath.FAST || !VERTX_LETS_PASS.contains(rule.name())) {
                assertThat(closeCode(answer)).isEqualTo(rule.code());
                assertThat(reason).startsWith("the peer broke the WebSocket protocol: ");
            }
            assertThat(far.log().timesClosed()).isOne();
        }
    }

    private static Stream<Arguments> goodCloses() {
        return Stream.of(
                        new Rule("1000", close(1000, "bye"), 1000),
                        new Rule("1001", close(1001, ""), 1001),
                        new Rule("1014", close(1014, ""), 1014),
                        new Rule("3000", close(3000, "ü€𐍈"), 3000),
                        new Rule("4999", close(4999, "x".repeat(123)), 4999))
                .flatMap(rule -> Stream.of(DataPath.values()).map(path -> Arguments.of(rule, path)));
    }

    @ParameterizedTest
    @MethodSource("goodCloses")
    void answersACloseWithItsCode(Rule rule, DataPath path) throws IOException {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            client.upgrade("/tunnel");
            End far = accepted.next();

            client.send(masked(0x88, rule.sent()));
            byte[] answer = client.readFrame();

            assertThat(answer).startsWith(0x88);
            assertThat(closeCode(answer)).isEqualTo(rule.code());
            assertThat(client.readToEnd()).isEmpty();
            assertThat(await(far.log().whenClosed())).startsWith("closed by the peer, " + rule.code());
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void answersAnEmptyClose(DataPath path) throws IOException {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            client.upgrade("/tunnel");
            End far = accepted.next();

            client.send(masked(0x88, new byte[0]));

            assertThat(client.readToEnd()).startsWith(0x88);
            assertThat(await(far.log().whenClosed()))
                    .isEqualTo("closed by the peer, " + (path == DataPath.FAST ? "no code" : "1000 normal"));
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void answersPingsAlsoInsideAMessageAndIgnoresPongs(DataPath path) throws IOException {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            client.upgrade("/tunnel");
            End far = accepted.next();
            byte[] longest = new byte[125];
            longest[7] = 7;

            client.send(join(
                    masked(0x02, bytes('a', 'b')),
                    masked(0x89, bytes('p', 'i')),
                    masked(0x8a, bytes('x')),
                    masked(0x00, new byte[0]),
                    masked(0x80, bytes('c'))));
            assertThat(client.read(4)).isEqualTo(bare(0x8a, bytes('p', 'i')));
            client.send(masked(0x89, longest));
            assertThat(client.read(127)).isEqualTo(bare(0x8a, longest));
            client.send(masked(0x89, new byte[0]));
            assertThat(client.read(2)).isEqualTo(bare(0x8a, new byte[0]));

            assertThat(await(far.log().atLeast(3))).isEqualTo(bytes('a', 'b', 'c'));
        }
    }

    @Test
    void losesNothingThatCameRightBehindTheUpgrade() throws IOException {
        Accepted accepted = rig.accepting(DataPath.FAST, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            byte[] early = "GET / is no request here".getBytes(StandardCharsets.US_ASCII);

            client.send(join(RawClient.upgradeTo("/tunnel").getBytes(StandardCharsets.US_ASCII), masked(0x82, early)));

            assertThat(await(accepted.next().log().atLeast(early.length))).isEqualTo(early);
        }
    }

    @Test
    void dropsAPeerThatDoesNotLeaveAfterItWasToldTo() throws IOException {
        Accepted accepted = rig.accepting(DataPath.FAST, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            client.upgrade("/tunnel");
            long start = System.nanoTime();

            client.send(masked(0x81, bytes('x')));
            client.readToEnd();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void readsFramesThatComeByteByByte(DataPath path) throws IOException {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            client.upgrade("/tunnel");
            End far = accepted.next();
            byte[] large = new byte[300];
            Arrays.fill(large, (byte) 9);

            for (byte one : join(masked(0x82, bytes(1, 2, 3)), masked(0x89, bytes(5)), masked(0x82, large))) {
                client.send(Frames.bytes(one));
            }

            assertThat(await(far.log().atLeast(303))).isEqualTo(join(bytes(1, 2, 3), large));
            assertThat(client.read(3)).isEqualTo(bare(0x8a, bytes(5)));
        }
    }
}
