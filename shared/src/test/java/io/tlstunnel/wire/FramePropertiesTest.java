package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCoverage;

class FramePropertiesTest {

    @Provide
    Arbitrary<Frame> anyFrame() {
        return FrameArbitraries.frames();
    }

    @Provide
    Arbitrary<List<Frame>> conversation() {
        return FrameArbitraries.tunnelFrames().list().ofMinSize(1).ofMaxSize(8);
    }

    @Provide
    Arbitrary<Integer> partSize() {
        return Arbitraries.integers().between(1, 20_000);
    }

    @Property(tries = 1000)
    void comesBackAsItWas(@ForAll("anyFrame") Frame frame) {
        Statistics.collect(frame.type());
        Statistics.coverage(FramePropertiesTest::hasSeenEveryType);
        Recorder recorder = new Recorder();
        FrameDecoder decoder = decoder(recorder, frame.type().isHandshake());
        decoder.feed(Unpooled.wrappedBuffer(FrameEncoder.toArray(frame)));
        assertThat(recorder.found()).containsExactly(Described.describe(frame));
    }

    @Property(tries = 1000)
    void hasALengthThatItsTypeAllows(@ForAll("anyFrame") Frame frame) {
        assertThat(FrameEncoder.toArray(frame).length - WireFormat.HEADER_LENGTH)
                .isBetween(frame.type().minLength(), frame.type().maxLength());
    }

    @Property(tries = 300)
    void readsAnyConversationHoweverItIsCut(
            @ForAll("conversation") List<Frame> frames, @ForAll("partSize") int largestPart, @ForAll long seed) {
        Recorder expected = new Recorder();
        List<byte[]> bytes = new ArrayList<>();
        for (Frame frame : frames) {
            bytes.add(FrameEncoder.toArray(frame));
            expected.frame(withPayloadKept(frame));
        }
        byte[] wire = Feed.join(bytes);
        Random random = new Random(seed);
        Recorder recorder = new Recorder();
        Feed feed = new Feed();
        try (FrameDecoder decoder = decoder(recorder, false)) {
            int at = 0;
            while (at < wire.length) {
                int to = Math.min(wire.length, at + 1 + random.nextInt(largestPart));
                decoder.feed(feed.buffer(wire, at, to));
                at = to;
            }
        }
        assertThat(recorder.found()).isEqualTo(expected.found());
        assertThat(feed.held()).isZero();
    }

    private static void hasSeenEveryType(StatisticsCoverage coverage) {
        for (FrameType type : FrameType.values()) {
            coverage.check(type).count(count -> count > 0);
        }
    }

    private static FrameDecoder decoder(FrameSink sink, boolean handshake) {
        FrameDecoder decoder = new FrameDecoder(sink);
        if (!handshake) {
            decoder.handshakeDone();
        }
        return decoder;
    }

    /** The recorder releases payloads, but these are needed again when jqwik shrinks a failure. */
    private static Frame withPayloadKept(Frame frame) {
        if (frame instanceof Frame.Data data) {
            return new Frame.Data(data.channel(), data.payload().retainedDuplicate());
        }
        if (frame instanceof Frame.Datagram datagram) {
            return new Frame.Datagram(datagram.channel(), datagram.payload().retainedDuplicate());
        }
        return frame;
    }
}
