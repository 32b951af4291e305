package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.MalformedFrameException;
import java.util.ArrayDeque;

/**
 * One direction of a stream at the end that sends: what was read from the far socket and waits for window and turn, and
 * what was sent and waits to be acknowledged. Offsets count the bytes of the direction from 0; FIN takes one.
 */
final class SendSide {
    private static final long NONE = -1;

    /** Steps in which budget is taken for data on its way, so that the shared counter is rarely touched. */
    private static final int RESERVE_STEP = 64 * 1024;

    private final MemoryBudget budget;
    private final ArrayDeque<ByteBuf> unsent = new ArrayDeque<>(1);
    private final Retention retention = new Retention();
    private int firstHeadroom;
    private int unsentBytes;
    private int reserved;
    private long sent;
    private long acknowledged;
    private long allowed;
    private boolean inputEnded;
    private long finOffset = NONE;

    SendSide(MemoryBudget budget, long allowed) {
        this.budget = budget;
        this.allowed = allowed;
    }

    /** Queues what was read. Takes over {@code chunk}. */
    void offer(ByteBuf chunk, int headroom) {
        if (unsent.isEmpty()) {
            firstHeadroom = headroom;
        }
        unsentBytes += chunk.readableBytes();
        unsent.addLast(chunk);
    }

    /** FIN follows what is queued. */
    void endOfInput() {
        inputEnded = true;
    }

    boolean inputEnded() {
        return inputEnded;
    }

    boolean isEmpty() {
        return unsent.isEmpty();
    }

    /** Whether a FIN is due, or data that the peer allows. */
    boolean hasWork() {
        if (unsent.isEmpty()) {
            return inputEnded && finOffset == NONE;
        }
        return room() > 0;
    }

    /** Bytes that may be sent now: what the peer allows, within the budget. */
    int room() {
        long byPeer = allowed - sent;
        long bySelf = acknowledged + MemoryBudget.FLOOR + reserved - sent;
        if (bySelf < byPeer && bySelf < RESERVE_STEP) {
            int step = budget.takeForData((int) Math.min(RESERVE_STEP, byPeer - bySelf));
            reserved += step;
            bySelf += step;
        }
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, Math.min(byPeer, bySelf)));
    }

    /**
     * Sends up to {@code max} bytes in frames of at most {@code frameSize}, and FIN when everything is out.
     *
     * @return bytes of payload sent
     */
    int emit(FrameWriter writer, int channel, int max, int frameSize) {
        int total = 0;
        ByteBuf chunk;
        while ((chunk = unsent.peekFirst()) != null) {
            int length = Math.min(Math.min(chunk.readableBytes(), frameSize), Math.min(max - total, room()));
            if (length <= 0) {
                return total;
            }
            writer.writeData(channel, chunk, length, firstHeadroom, retention, sent);
            firstHeadroom = 0;
            sent += length;
            unsentBytes -= length;
            total += length;
            if (!chunk.isReadable()) {
                unsent.removeFirst();
                chunk.release();
            }
        }
        if (inputEnded && finOffset == NONE) {
            writer.write(new Frame.Fin(channel));
            finOffset = sent++;
        }
        return total;
    }

    /** The peer's WINDOW. Absolute and idempotent: an older one changes nothing. */
    void window(long consumed, long newAllowed) {
        if (consumed > sent) {
            throw new MalformedFrameException(
                    "WINDOW acknowledges offset " + consumed + ", only " + sent + " was sent");
        }
        allowed = Math.max(allowed, newAllowed);
        if (consumed > acknowledged) {
            acknowledged = consumed;
            retention.releaseBelow(consumed);
            giveBackIfIdle();
        }
    }

    private void giveBackIfIdle() {
        if (reserved > 0 && acknowledged == sent && unsent.isEmpty()) {
            budget.give(reserved);
            reserved = 0;
        }
    }

    /** Whether the peer has acknowledged the FIN. */
    boolean finAcknowledged() {
        return finOffset != NONE && acknowledged > finOffset;
    }

    /** Whether something is on its way that the peer has not acknowledged. */
    boolean awaitsAcknowledgement() {
        return acknowledged < sent;
    }

    /** Offset behind the last byte sent, FIN included. */
    long sent() {
        return sent;
    }

    /** Bytes of payload sent. */
    long bytes() {
        return finOffset == NONE ? sent : finOffset;
    }

    /** What a RESET drops: everything that the window does not let out any more. */
    void dropUnsent() {
        unsent.forEach(ByteBuf::release);
        unsent.clear();
        unsentBytes = 0;
    }

    /** Bytes held here. */
    long held() {
        return unsentBytes + (sent - acknowledged);
    }

    /** Lets go of everything. Idempotent. */
    void release() {
        dropUnsent();
        retention.releaseAll();
        budget.give(reserved);
        reserved = 0;
    }
}
