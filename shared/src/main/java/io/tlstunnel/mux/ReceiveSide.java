package io.tlstunnel.mux;

import io.tlstunnel.wire.MalformedFrameException;

/**
 * One direction of a stream at the end that receives: how far the peer may send, how much has come, how much the far
 * socket has taken. Holds no bytes: they go to the far socket at once.
 */
final class ReceiveSide {
    private final MemoryBudget budget;
    private final int window;
    private final int reserved;
    private long received;
    private long consumed;
    private long toldConsumed;
    private long allowed;
    private boolean finReceived;
    private boolean finConsumed;

    /** @param wanted window in bytes that this end would like; less is taken when the budget is low */
    ReceiveSide(MemoryBudget budget, int wanted) {
        this.budget = budget;
        this.reserved = budget.takeForWindow(Math.max(0, wanted - MemoryBudget.FLOOR));
        this.window = Math.min(wanted, MemoryBudget.FLOOR) + reserved;
        this.allowed = window;
    }

    /** Offset up to which the peer may send, as OPEN and OPENED tell it. */
    long allowed() {
        return allowed;
    }

    /** The peer may send that much right behind OPEN without having been told a window. */
    void allowAtLeast(long initialWindow) {
        allowed = Math.max(allowed, initialWindow);
    }

    void data(int length) {
        if (finReceived) {
            throw new MalformedFrameException("DATA after FIN");
        }
        // Only what is allowed counts: the stream may resume behind it.
        if (received + length > allowed) {
            throw new MalformedFrameException(
                    "DATA up to offset " + (received + length) + ", only " + allowed + " was allowed");
        }
        received += length;
    }

    void fin() {
        if (finReceived) {
            throw new MalformedFrameException("a second FIN");
        }
        finReceived = true;
        received++;
    }

    boolean finReceived() {
        return finReceived;
    }

    /** Offset behind what has come, FIN included. */
    long received() {
        return received;
    }

    /** The stream goes on on another channel: what the peer was told on the older one may not have reached it. */
    void resume() {
        toldConsumed = 0;
        allowed = Math.max(allowed, consumed + window);
    }

    /** The far socket has taken {@code bytes} more. */
    void consumed(int bytes) {
        consumed += bytes;
    }

    /** The far socket's half-close is done. */
    void finConsumed() {
        finConsumed = true;
        consumed++;
    }

    /** Whether the far socket has taken everything, FIN included. */
    boolean isDelivered() {
        return finConsumed;
    }

    /** Whether the far socket has taken everything, FIN included, and the peer knows. */
    boolean finished() {
        return finConsumed && toldConsumed == consumed;
    }

    /** Whether the peer should hear of it now: half a window is used, or the FIN is through. */
    boolean windowDue() {
        return consumed - toldConsumed >= window / 2 || (finConsumed && toldConsumed < consumed);
    }

    /** Whether anything was consumed that the peer does not know of. */
    boolean windowPending() {
        return toldConsumed < consumed;
    }

    /** The offsets go out: {@link #toldConsumed} and {@link #allowed} are what to say. */
    void tell() {
        toldConsumed = consumed;
        allowed = Math.max(allowed, consumed + window);
    }

    /** Offset consumed, as last told. */
    long toldConsumed() {
        return toldConsumed;
    }

    /** Bytes of payload received. */
    long bytes() {
        return finReceived ? received - 1 : received;
    }

    /** Bytes received and not taken by the far socket. */
    long held() {
        return received - consumed;
    }

    /** Gives the window back to the budget. Called once. */
    void release() {
        budget.give(reserved);
    }
}
