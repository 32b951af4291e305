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
    private Retention retention = new Retention();
    private int firstHeadroom;
    private int unsentBytes;
    private int reserved;
    /** Offset behind what was ever sent, FIN included. */
    private long sent;
    /** Next offset to send: below {@code sent} while something is sent again. */
    private long next;
    /** The peer's far socket has taken everything below it. */
    private long acknowledged;
    /** The peer has everything below it, so no copy is kept. */
    private long freed;

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

    boolean isEmpty() {
        return unsent.isEmpty() && next >= bytes();
    }

    /** Whether a FIN is due, or data that the peer allows. */
    boolean hasWork() {
        return isEmpty() ? finDue() : room() > 0;
    }

    private boolean finDue() {
        return inputEnded && (finOffset == NONE || next == finOffset);
    }

    /** Bytes that may be sent now: what the peer allows, and for new ones what the budget does. */
    int room() {
        long byPeer = allowed - next;
        if (next < bytes()) {
            return clip(byPeer);
        }
        long bySelf = freed + MemoryBudget.FLOOR + reserved - next;
        if (bySelf < byPeer && bySelf < RESERVE_STEP) {
            int step = budget.takeForData((int) Math.min(RESERVE_STEP, byPeer - bySelf));
            reserved += step;
            bySelf += step;
        }
        return clip(Math.min(byPeer, bySelf));
    }

    private static int clip(long bytes) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, bytes));
    }

    /**
     * Sends up to {@code max} bytes in frames of at most {@code frameSize}, first again what a resume asks for, and FIN
     * when everything is out.
     *
     * @return bytes of payload sent
     */
    int emit(FrameWriter writer, int channel, int max, int frameSize) {
        int total = emitAgain(writer, channel, max, frameSize);
        ByteBuf chunk;
        while (next >= bytes() && (chunk = unsent.peekFirst()) != null) {
            int length = Math.min(Math.min(chunk.readableBytes(), frameSize), Math.min(max - total, room()));
            if (length <= 0) {
                return total;
            }
            writer.writeData(channel, chunk, length, firstHeadroom, retention, next);
            firstHeadroom = 0;
            next += length;
            sent = next;
            unsentBytes -= length;
            total += length;
            if (!chunk.isReadable()) {
                unsent.removeFirst();
                chunk.release();
            }
        }
        if (isEmpty() && finDue()) {
            writer.write(new Frame.Fin(channel));
            finOffset = next++;
            sent = next;
        }
        return total;
    }

    private int emitAgain(FrameWriter writer, int channel, int max, int frameSize) {
        int total = 0;
        while (next < bytes()) {
            int kept = retention.contiguous(next);
            if (kept == 0) {
                throw new IllegalStateException("offset " + next + " is not kept any more");
            }
            int length = Math.min(Math.min(kept, frameSize), Math.min(max - total, room()));
            if (length <= 0) {
                return total;
            }
            writer.writeAgain(channel, retention, next, length);
            next += length;
            total += length;
        }
        return total;
    }

    /** The peer's WINDOW. Absolute and idempotent: an older one changes nothing. */
    void window(long consumed, long newAllowed) {
        if (consumed > next) {
            throw new MalformedFrameException(
                    "WINDOW acknowledges offset " + consumed + ", only " + next + " was sent");
        }
        allowed = Math.max(allowed, newAllowed);
        acknowledged = Math.max(acknowledged, consumed);
        free(consumed);
    }

    /**
     * The stream goes on on another channel: everything from {@code received} on is sent again, as far as {@code
     * newAllowed}, which may be lower than it was.
     */
    void resume(long received, long newAllowed) {
        if (received > sent || received < freed) {
            throw new MalformedFrameException("a resume from offset " + received + ", where " + freed
                    + " had been received before and " + sent + " was sent");
        }
        next = received;
        allowed = newAllowed;
        free(received);
    }

    /** The stream's OPEN is sent again: everything from the start on, as far as {@code newAllowed}. */
    void restart(long newAllowed) {
        next = 0;
        allowed = newAllowed;
    }

    /** Another one with all that was ever given to this one, to be sent from the start; this one has nothing left to send. */
    SendSide handOver() {
        SendSide next = new SendSide(budget, 0);
        next.unsent.addAll(unsent);
        next.firstHeadroom = firstHeadroom;
        next.unsentBytes = unsentBytes;
        next.retention = retention;
        next.reserved = reserved;
        next.sent = sent;
        next.inputEnded = inputEnded;
        next.finOffset = finOffset;
        unsent.clear();
        unsentBytes = 0;
        retention = new Retention();
        reserved = 0;
        this.next = sent;
        freed = sent;
        inputEnded = finOffset != NONE;
        return next;
    }

    private void free(long offset) {
        if (offset > freed) {
            freed = offset;
            retention.releaseBelow(offset);
            if (reserved > 0 && freed >= sent && unsent.isEmpty()) {
                budget.give(reserved);
                reserved = 0;
            }
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

    /** Bytes of payload sent. */
    long bytes() {
        return finOffset == NONE ? sent : finOffset;
    }

    /** Whether everything was sent, FIN included, whatever of it has arrived. */
    boolean isAllSent() {
        return finOffset != NONE;
    }

    /** Whether everything ever sent was sent on this channel too. */
    boolean isCaughtUp() {
        return next >= bytes();
    }

    /** What a RESET drops: everything that the window does not let out any more. */
    void dropUnsent() {
        unsent.forEach(ByteBuf::release);
        unsent.clear();
        unsentBytes = 0;
        inputEnded = finOffset != NONE;
    }

    /** Bytes held here. */
    long held() {
        return unsentBytes + (sent - freed);
    }

    /** Bytes taken from the budget. */
    int reserved() {
        return reserved;
    }

    /** Lets go of everything. Idempotent. */
    void release() {
        dropUnsent();
        retention.releaseAll();
        budget.give(reserved);
        reserved = 0;
    }
}
