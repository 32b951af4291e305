package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.wire.MalformedFrameException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a peer may say about offsets, honest or not. */
final class SendSideTest {
    private static final int SENT = 1_000;

    private final Wire wire = new Wire();
    private final FrameWriter writer = new FrameWriter(wire);
    private final SendSide side = new SendSide(new MemoryBudget(1 << 20), SENT);

    @AfterEach
    void letGo() {
        side.release();
        writer.release();
    }

    private void send() {
        side.offer(Unpooled.buffer(SENT).writeZero(SENT), 0);
        emit();
    }

    private int emit() {
        int sent = side.emit(writer, 1, 1 << 20, 100);
        writer.flush();
        return sent;
    }

    @Test
    void sendsAgainWhatWasNotReceived() {
        send();
        side.resume(400, SENT);
        assertThat(emit()).isEqualTo(600);
        assertThat(side.bytes()).isEqualTo(SENT);
    }

    @Test
    void sendsAgainNoFurtherThanAllowed() {
        send();
        side.resume(0, 150);
        assertThat(emit()).isEqualTo(150);
        side.window(0, 300);
        assertThat(emit()).isEqualTo(150);
    }

    @Test
    void refusesAResumeFromWhatIsNotKeptAnyMore() {
        send();
        side.resume(SENT, SENT);
        assertThatThrownBy(() -> side.resume(0, SENT)).isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void refusesAnAcknowledgementOfWhatIsStillToBeSentAgain() {
        send();
        side.resume(0, 0);
        assertThatThrownBy(() -> side.window(SENT, SENT)).isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void refusesWhatWasNeverSent() {
        send();
        assertThatThrownBy(() -> side.window(SENT + 1, SENT)).isInstanceOf(MalformedFrameException.class);
        assertThatThrownBy(() -> side.resume(SENT + 1, SENT)).isInstanceOf(MalformedFrameException.class);
    }

    /** Takes what is written and keeps its length only. */
    private static final class Wire implements Carrier {
        private final List<Integer> written = new ArrayList<>();

        @Override
        public int headroom() {
            return 0;
        }

        @Override
        public ByteBuf allocate(int capacity) {
            return Unpooled.buffer(capacity);
        }

        @Override
        public int write(ByteBuf frames) {
            written.add(frames.readableBytes());
            frames.release();
            return 0;
        }

        @Override
        public int write(ByteBuf head, ByteBuf payload) {
            payload.release();
            return write(head);
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void close() {}

        @Override
        public void abort() {}
    }
}
