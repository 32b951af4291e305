package io.tlstunnel.mux;

import io.tlstunnel.wire.MalformedFrameException;

/**
 * One direction of a stream at the end that receives: how far the peer may send, how much has come, how much the far
 * socket has taken. Holds no bytes: they go to the far socket at once. What the peer may send and the far socket has not
 * taken counts against the budget.
 */
final class ReceiveSide {
    private final MemoryBudget budget;
    private final Window window;
    private int reserved;
    private long received;
    private long consumed;
    private long toldConsumed;
    private long allowed;
    private boolean finReceived;
    private boolean finConsumed;

    /** @param initial bytes that the peer may send without having been told a window */
    ReceiveSide(MemoryBudget budget, Window window, int initial) {
        this.budget = budget;
        this.window = window;
        this.allowed = initial;
        grant();
    }

    /** One for a stream that takes the place of this one's, of which nothing has come. */
    ReceiveSide another(TunnelSettings settings) {
        return new ReceiveSide(budget, new Window(settings.windowMax()), 0);
    }

    /** Allows a window from here on, as far as the budget has it; never less than before. */
    private void grant() {
        int least = reservedForOutstanding();
        reserved = budget.renewWindow(reserved, least, Math.max(least, beyondFloor(window.size())));
        allowed = Math.max(allowed, bytesConsumed() + Math.min(window.size(), MemoryBudget.FLOOR + reserved));
    }

    private static int beyondFloor(int bytes) {
        return Math.max(0, bytes - MemoryBudget.FLOOR);
    }

    private int reservedForOutstanding() {
        long end = finReceived ? bytes() : allowed;
        return Math.min(reserved, beyondFloor((int) (end - bytesConsumed())));
    }

    private long bytesConsumed() {
        return finConsumed ? consumed - 1 : consumed;
    }

    /** Offset up to which the peer may send, as OPEN and OPENED tell it. */
    long allowed() {
        return allowed;
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
        if (!finReceived) {
            grant();
        }
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

    /** Whether the peer should hear of it now: half of what it was allowed is used, or the FIN is through. */
    boolean windowDue() {
        return windowPending() && (finConsumed || consumed - toldConsumed >= (allowed - toldConsumed) / 2);
    }

    /** Whether anything was consumed that the peer does not know of. */
    boolean windowPending() {
        return toldConsumed < consumed;
    }

    /**
     * The offsets go out: {@link #toldConsumed} and {@link #allowed} are what to say.
     *
     * @param roundTripNanos the least measured, or 0 if it is not known yet
     * @param longPath whether the window may grow beyond its usual size
     */
    void tell(long nowNanos, long roundTripNanos, boolean longPath) {
        toldConsumed = consumed;
        if (!finReceived && allowed - consumed <= window.size() / 2) {
            window.used(consumed, nowNanos, roundTripNanos, longPath);
            grant();
        } else {
            // The peer cannot run into what is left: a stream that rests takes nothing from the others.
            int least = reservedForOutstanding();
            budget.give(reserved - least);
            reserved = least;
        }
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

    /** Bytes taken from the budget. */
    int reserved() {
        return reserved;
    }

    /** Gives the window back to the budget. Idempotent. */
    void release() {
        budget.give(reserved);
        reserved = 0;
    }
}
