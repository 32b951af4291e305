package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One conversation with every type of frame, cut at every byte. */
class FrameSplitTest {
    private final Feed feed = new Feed();
    private final byte[] wire = Feed.join(Golden.ALL.stream().map(Golden::bytes).toList());
    private final List<String> expected = Golden.ALL.stream()
            .map(golden -> Described.describe(golden.frame()))
            .toList();

    @Test
    void readsItInOneBuffer() {
        assertThat(read(wire.length)).isEqualTo(expected);
    }

    @Test
    void readsItByteByByte() {
        assertThat(read(1)).isEqualTo(expected);
    }

    @Test
    void readsItCutInTwoAtEveryByte() {
        for (int cut = 1; cut < wire.length; cut++) {
            assertThat(read(cut)).as("cut at %d", cut).isEqualTo(expected);
        }
    }

    @Test
    void readsItInPartsOfEverySize() {
        for (int size = 2; size < 200; size++) {
            assertThat(read(size, size)).as("parts of %d", size).isEqualTo(expected);
        }
    }

    /** The first buffer has {@code first} bytes, the second has the rest. */
    private List<String> read(int first) {
        return first == 1 ? read(1, 1) : read(first, wire.length);
    }

    private List<String> read(int first, int following) {
        Conversation conversation = new Conversation();
        int at = 0;
        while (at < wire.length) {
            int to = Math.min(wire.length, at == 0 ? first : at + following);
            conversation.decoder.feed(feed.buffer(wire, at, to));
            at = to;
        }
        conversation.decoder.close();
        assertThat(feed.held()).isZero();
        return conversation.found();
    }

    /** Turns to the tunnel behind WELCOME, as the owner of a decoder does. */
    private static final class Conversation extends Recorder {
        private final FrameDecoder decoder = new FrameDecoder(this);

        @Override
        public void frame(Frame frame) {
            super.frame(frame);
            if (frame instanceof Frame.Welcome) {
                decoder.handshakeDone();
            }
        }
    }

    @Test
    void keepsEveryHandshakeFrameForTheTranscript() {
        Conversation conversation = new Conversation();
        List<byte[]> handshake = new ArrayList<>();
        for (Golden golden : Golden.ALL) {
            if (golden.frame().type().isHandshake()) {
                handshake.add(golden.bytes());
            }
        }
        for (byte b : wire) {
            conversation.decoder.feed(feed.buffer(new byte[] {b}));
        }
        assertThat(conversation.handshake()).containsExactlyElementsOf(handshake);
    }
}
