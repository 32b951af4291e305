package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Valid conversations, damaged: whatever comes out, it is a frame or a {@link MalformedFrameException}, nothing is left
 * held, and no more than one frame's worth is held on the way. {@code -Dtlstunnel.fuzz.inputs=N} sets how many,
 * {@code -Dtlstunnel.fuzz.seed=N} which.
 */
class FrameFuzzTest {
    private static final int INPUTS =
            Integer.getInteger("tlstunnel.fuzz.inputs", Boolean.getBoolean("tlstunnel.full") ? 2_000_000 : 100_000);
    private static final long SEED = Long.getLong("tlstunnel.fuzz.seed", 20261123);
    private static final byte[][] FRAMES =
            Golden.ALL.stream().map(Golden::bytes).toArray(byte[][]::new);
    private static final int HANDSHAKE_FRAMES = 6;
    private static final byte[] EDGES = {0, 1, 2, 4, 16, 0x7F, (byte) 0x80, (byte) 0xC8, (byte) 0xFF};

    private final Random random = new Random(SEED);
    private final Feed feed = new Feed();
    private int malformed;
    private long frames;

    @Test
    void neverFailsOtherwiseThanMalformed() {
        long begin = System.nanoTime();
        for (int input = 0; input < INPUTS; input++) {
            boolean handshake = random.nextInt(4) == 0;
            byte[] wire = conversation(handshake);
            if (input % 8 == 0) {
                wire = Arrays.copyOf(wire, 1 + random.nextInt(wire.length));
            } else {
                damage(wire);
            }
            try {
                run(wire, handshake);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("input " + input + " of seed " + SEED + ": " + ByteBufUtil.hexDump(wire), e);
            }
        }
        System.out.printf(
                "figures: %d damaged conversations with the codec: %d malformed, %d frames; %.1f s%n",
                INPUTS, malformed, frames, (System.nanoTime() - begin) / 1e9);
        assertThat(malformed).as("inputs found malformed").isBetween(INPUTS / 10, INPUTS - INPUTS / 100);
        assertThat(frames).as("frames found").isGreaterThan(INPUTS);
    }

    private byte[] conversation(boolean handshake) {
        int from = handshake ? 0 : HANDSHAKE_FRAMES;
        int count = handshake ? HANDSHAKE_FRAMES : FRAMES.length - HANDSHAKE_FRAMES;
        byte[][] chosen = new byte[1 + random.nextInt(6)][];
        for (int i = 0; i < chosen.length; i++) {
            // Now and then a frame comes twice.
            chosen[i] = i > 0 && random.nextInt(4) == 0 ? chosen[i - 1] : FRAMES[from + random.nextInt(count)];
        }
        return Feed.join(List.of(chosen));
    }

    /** One to four wounds: a bit, an edge value, a run moved within the input, or noise. */
    private void damage(byte[] wire) {
        for (int wounds = 1 + random.nextInt(4); wounds > 0; wounds--) {
            int at = random.nextInt(wire.length);
            int run = Math.min(1 + random.nextInt(8), wire.length - at);
            switch (random.nextInt(4)) {
                case 0 -> wire[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> wire[at] = EDGES[random.nextInt(EDGES.length)];
                case 2 -> System.arraycopy(wire, at, wire, random.nextInt(wire.length - run + 1), run);
                default -> {
                    for (int i = 0; i < run; i++) {
                        wire[at + i] = (byte) random.nextInt(256);
                    }
                }
            }
        }
    }

    private void run(byte[] wire, boolean handshake) {
        FrameDecoder decoder = new FrameDecoder(new Checker());
        if (!handshake) {
            decoder.handshakeDone();
        }
        int largestPart = random.nextBoolean() ? wire.length : 16;
        int at = 0;
        try {
            while (at < wire.length) {
                int to = Math.min(wire.length, at + 1 + random.nextInt(largestPart));
                decoder.feed(feed.buffer(wire, at, to));
                at = to;
                assertThat(feed.held()).isLessThanOrEqualTo(1024 + 2L * wire.length);
            }
        } catch (MalformedFrameException e) {
            malformed++;
            assertThat(e).hasMessageMatching(".{10,200}");
        }
        decoder.close();
        assertThat(feed.held()).isZero();
    }

    /** What the decoder lets through, the encoder accepts too. */
    private final class Checker implements FrameSink {
        @Override
        public void frame(Frame frame) {
            frames++;
            FrameEncoder.toArray(frame);
            if (frame instanceof Frame.Data data) {
                release(data.payload());
            } else if (frame instanceof Frame.Datagram datagram) {
                release(datagram.payload());
            }
        }

        private void release(ByteBuf payload) {
            assertThat(payload.refCnt()).isPositive();
            payload.release();
        }
    }
}
