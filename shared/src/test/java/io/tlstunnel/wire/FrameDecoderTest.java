package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private static final byte[] PING = Feed.frame(18, 8, 0, "0102030405060708");
    private static final byte[] DATA_HEADER = Feed.frame(10, 5, 2, "");

    private final Feed feed = new Feed();
    private final Recorder recorder = new Recorder();
    private final FrameDecoder decoder = afterWelcome(recorder);

    private static FrameDecoder afterWelcome(FrameSink sink) {
        FrameDecoder decoder = new FrameDecoder(sink);
        decoder.handshakeDone();
        return decoder;
    }

    @AfterEach
    void holdsNothing() {
        decoder.close();
        assertThat(feed.held()).isZero();
    }

    @Test
    void handsDataOnBeforeItsFrameIsWhole() {
        decoder.feed(feed.buffer(Feed.join(List.of(DATA_HEADER, new byte[] {1, 2}))));
        assertThat(recorder.found()).containsExactly("Data(channel=2, payload=0102)");
    }

    @Test
    void neverHandsOnAnEmptyDataWhenTheHeaderEndsAtTheEdge() {
        List<Integer> sizes = new ArrayList<>();
        FrameDecoder edge = afterWelcome(frame -> {
            ByteBuf payload = ((Frame.Data) frame).payload();
            sizes.add(payload.readableBytes());
            payload.release();
        });
        edge.feed(feed.buffer(DATA_HEADER));
        assertThat(sizes).isEmpty();
        edge.feed(feed.buffer(new byte[0]));
        assertThat(sizes).isEmpty();
        edge.feed(feed.buffer(new byte[5]));
        edge.feed(feed.buffer(DATA_HEADER));
        assertThat(sizes).containsExactly(5);
    }

    @Test
    void doesNotCopyData() {
        List<ByteBuf> payloads = new ArrayList<>();
        FrameDecoder slicing = afterWelcome(frame -> payloads.add(((Frame.Data) frame).payload()));
        ByteBuf bytes = feed.buffer(Feed.join(List.of(DATA_HEADER, new byte[5], DATA_HEADER, new byte[3])));
        byte[] memory = bytes.array();
        slicing.feed(bytes);
        assertThat(payloads).extracting(ByteBuf::readableBytes).containsExactly(5, 3);
        assertThat(payloads).allSatisfy(payload -> assertThat(payload.array()).isSameAs(memory));
        payloads.forEach(ByteBuf::release);
        assertThat(feed.held()).isZero();
    }

    @Test
    void handsOnFramesWithoutPayloadAtOnce() {
        decoder.feed(feed.buffer(Feed.join(List.of(
                Feed.frame(15, 0, 2, ""),
                Feed.frame(14, 0, 2, ""),
                Feed.frame(99, 0, 2, ""),
                Feed.frame(11, 0, 2, "")))));
        assertThat(recorder.found())
                .containsExactly(
                        "Datagram(channel=2, payload=)",
                        "Detached(channel=2)",
                        "Unknown(type=99, channel=2, payload=)",
                        "Fin(channel=2)");
    }

    @Test
    void collectsAFrameThatComesByteByByte() {
        for (int i = 0; i < PING.length; i++) {
            assertThat(recorder.found()).isEmpty();
            decoder.feed(feed.buffer(PING, i, i + 1));
        }
        assertThat(recorder.found()).containsExactly("Ping(opaque=72623859790382856)");
    }

    @Test
    void reservesWhatArrivesAndNotWhatIsAnnounced() {
        decoder.feed(feed.buffer(Feed.frame(5, 1 << 20, 0, "0000000000000001")));
        assertThat(feed.held()).isBetween(8L, 1024L);
    }

    @Test
    void deliversHandshakeBytesBeforeTheFrame() {
        byte[] challenge = Golden.ALL.get(2).bytes();
        List<String> order = new ArrayList<>();
        FrameDecoder handshake = new FrameDecoder(new FrameSink() {
            @Override
            public void frame(Frame frame) {
                order.add(frame.type().name());
            }

            @Override
            public void handshakeBytes(byte[] frameWithHeader) {
                assertThat(frameWithHeader).isEqualTo(challenge);
                order.add("bytes");
            }
        });
        handshake.feed(feed.buffer(challenge));
        handshake.feed(feed.buffer(challenge, 0, 20));
        handshake.feed(feed.buffer(challenge, 20, challenge.length));
        assertThat(order).containsExactly("bytes", "CHALLENGE", "bytes", "CHALLENGE");
    }

    @Test
    void letsTheSinkTurnToTheTunnelWithinOneBuffer() {
        byte[] welcome = Golden.ALL.get(5).bytes();
        Recorder tunnel = new Recorder();
        List<FrameDecoder> self = new ArrayList<>();
        FrameDecoder handshake = new FrameDecoder(frame -> {
            self.get(0).handshakeDone();
            self.get(0).sink(tunnel);
        });
        self.add(handshake);
        handshake.feed(feed.buffer(Feed.join(List.of(welcome, PING))));
        assertThat(tunnel.found()).containsExactly("Ping(opaque=72623859790382856)");
    }

    @Test
    void skipsUnknownTypesOnChannel0WithoutBuffering() {
        decoder.feed(feed.buffer(Feed.frame(200, 65_536, 0, "00")));
        assertThat(feed.held()).isZero();
        decoder.feed(feed.buffer(new byte[65_535]));
        decoder.feed(feed.buffer(PING));
        assertThat(recorder.found()).containsExactly("Ping(opaque=72623859790382856)");
    }

    @Test
    void offersUnknownTypesOnChannelsInParts() {
        List<String> parts = new ArrayList<>();
        FrameDecoder relay = afterWelcome(new FrameSink() {
            @Override
            public void frame(Frame frame) {
                parts.add(Described.describe(frame));
            }

            @Override
            public void unknown(int type, int channel, ByteBuf part, int left) {
                parts.add(type + "/" + channel + ": " + Described.describe(part) + ", " + left + " left");
                part.release();
            }
        });
        relay.feed(feed.buffer(Feed.frame(200, 3, 9, "0102")));
        relay.feed(feed.buffer(new byte[] {3}));
        relay.feed(feed.buffer(PING));
        assertThat(parts).containsExactly("200/9: 0102, 1 left", "200/9: 03, 0 left", "Ping(opaque=72623859790382856)");
    }

    @Test
    void dropsUnknownTypesForASinkThatDoesNotRelay() {
        List<Frame> frames = new ArrayList<>();
        FrameDecoder client = afterWelcome(frames::add);
        client.feed(feed.buffer(Feed.join(List.of(Feed.frame(200, 3, 9, "010203"), PING))));
        assertThat(frames).containsExactly(new Frame.Ping(0x0102030405060708L));
    }

    @Test
    void refusesInputOnceItWasMalformed() {
        assertThatThrownBy(() -> decoder.feed(feed.buffer(Feed.frame(18, 8, 1, ""))))
                .isInstanceOf(MalformedFrameException.class);
        decoder.feed(feed.buffer(PING));
        assertThat(recorder.found()).isEmpty();
    }

    @Test
    void handsOnWhatCameBeforeTheMalformedFrame() {
        assertThatThrownBy(() -> decoder.feed(feed.buffer(Feed.join(List.of(PING, Feed.frame(18, 8, 1, ""), PING)))))
                .isInstanceOf(MalformedFrameException.class);
        assertThat(recorder.found()).containsExactly("Ping(opaque=72623859790382856)");
    }

    @Test
    void stopsInsideABufferWhenTheSinkClosesIt() {
        List<FrameDecoder> self = new ArrayList<>();
        List<Frame> frames = new ArrayList<>();
        FrameDecoder closing = afterWelcome(frame -> {
            frames.add(frame);
            self.get(0).close();
        });
        self.add(closing);
        closing.feed(feed.buffer(Feed.join(List.of(PING, PING))));
        closing.feed(feed.buffer(PING));
        assertThat(frames).hasSize(1);
    }

    @Test
    void releasesAPartOfAFrameWhenClosed() {
        decoder.feed(feed.buffer(PING, 0, 12));
        assertThat(feed.held()).isPositive();
        decoder.close();
        assertThat(feed.held()).isZero();
    }

    @Test
    void releasesItsInputWhenTheSinkFails() {
        FrameDecoder failing = afterWelcome(frame -> {
            throw new IllegalStateException("the sink's own fault");
        });
        assertThatThrownBy(() -> failing.feed(feed.buffer(Feed.join(List.of(PING, PING)))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(feed.held()).isZero();
        failing.feed(feed.buffer(PING));
        assertThat(feed.held()).isZero();
    }
}
