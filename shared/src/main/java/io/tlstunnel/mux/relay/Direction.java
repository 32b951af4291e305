package io.tlstunnel.mux.relay;

import io.tlstunnel.wire.MalformedFrameException;

/**
 * One direction of a channel that is passed on: two offsets, what has come and what has left, and how far the sender may
 * go. That is as far as the receiver allows, but never further beyond what has left than is taken from the budget.
 */
final class Direction {

    /** Bytes that each direction always has; 4 KiB a channel. */
    static final int FLOOR = 2 * 1024;

    /** What a direction is granted before it has used anything, if there is enough. */
    static final int FIRST = 16 * 1024;

    /** The most that one direction is granted. */
    static final int LARGEST = 256 * 1024;

    private final RelayBudget budget;
    private long came;
    private long left;
    private long consumed;
    /** Offset consumed, as the sender was last told. */
    private long toldConsumed;
    /** What the receiver allows. */
    private long allowed;
    /** What the sender was told. */
    private long told;
    /** What it may hold beyond what has left; grows as it is used, as far as the budget goes. */
    private long window = FLOOR;
    /** Where it grew last. */
    private long grownAt;
    /** Taken from the budget. */
    private int reserved;

    private boolean finCame;
    /** The receiver says that FIN has come before, on another channel. */
    private boolean finBefore;
    /** Nothing passes any more. */
    private boolean closed;

    Direction(RelayBudget budget) {
        this.budget = budget;
    }

    /**
     * Begins with DATA that may come at once.
     *
     * @param fromSender what the sender was told in its handshake that it may send
     * @param toReceiver what the receiver told in its handshake
     * @return false if the budget does not reach for that; nothing has begun then
     */
    boolean beginAtOnce(int fromSender, int toReceiver) {
        int needed = Math.max(0, fromSender - FLOOR);
        if (!budget.takeAll(needed)) {
            return false;
        }
        reserved = needed;
        window = (long) FLOOR + reserved;
        told = fromSender;
        allowed = toReceiver;
        return true;
    }

    /**
     * Begins at {@code base}, where nothing is on its way.
     *
     * @param hasFin whether FIN is below {@code base}
     */
    void begin(long base, long receiverAllows, boolean hasFin) {
        came = base;
        left = base;
        grownAt = base;
        allowed = receiverAllows;
        finBefore = hasFin;
        long room = Math.max(0, allowed - base);
        // Behind FIN nothing comes.
        reserved = hasFin ? 0 : budget.takeAhead(Math.min(FIRST, room) - FLOOR);
        window = (long) FLOOR + reserved;
        told = base + Math.min(room, window);
    }

    /** How far the sender may go, as it is told. */
    long allowed() {
        return told;
    }

    /** Bytes that may leave. */
    int room() {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, allowed - left));
    }

    /** Offset behind what has left. */
    long offset() {
        return left;
    }

    /** Bytes held. */
    long held() {
        return came - left;
    }

    // ---- from the sender --------------------------------------------------------------------------------------------

    void came(int bytes) {
        if (finCame) {
            throw new MalformedFrameException("DATA after FIN");
        }
        if (came + bytes > told) {
            throw new MalformedFrameException(
                    "DATA up to offset " + (came + bytes) + ", only " + told + " was allowed");
        }
        // The receiver was wrong about the FIN, and nobody here is to blame for that.
        finBefore = false;
        came += bytes;
    }

    void finCame() {
        if (finCame) {
            throw new MalformedFrameException("a second FIN");
        }
        finBefore = false;
        finCame = true;
        came++;
    }

    // ---- to the receiver --------------------------------------------------------------------------------------------

    void left(int bytes) {
        left += bytes;
    }

    void finLeft() {
        left++;
    }

    void allow(long newConsumed, long newAllowed) {
        if (newConsumed > left) {
            throw new MalformedFrameException(
                    "WINDOW acknowledges offset " + newConsumed + ", only " + left + " was sent");
        }
        consumed = Math.max(consumed, newConsumed);
        allowed = Math.max(allowed, newAllowed);
    }

    // ---- what the sender is told ------------------------------------------------------------------------------------

    /** Grants what has become free. Returns whether the sender should hear of it. */
    boolean raise() {
        if (came - grownAt >= window / 2) {
            grownAt = came;
            window = Math.min(Math.min(2 * window, LARGEST), FLOOR + budget.share(reserved));
        }
        fit();
        long reach = Math.min(allowed, left + FLOOR + reserved);
        // All that the receiver allows is told at once: nothing would move that this waits for.
        boolean due = reach > told && (reach == allowed || reach - told >= (FLOOR + reserved) / 2);
        if (due && !isSending()) {
            return false;
        }
        told = due ? reach : told;
        return due;
    }

    private boolean isSending() {
        return !finCame && !finBefore && !closed;
    }

    /** Takes from the budget what is wanted, and gives back what is neither wanted nor promised. */
    private void fit() {
        long promised = (isSending() ? told : came) - left - FLOOR;
        long wanted = isSending() ? Math.min(window, allowed - left) - FLOOR : 0;
        long target = Math.max(0, Math.max(promised, wanted));
        if (target > reserved) {
            reserved += budget.take(target - reserved);
        } else {
            budget.give((int) (reserved - target));
            reserved = (int) target;
        }
    }

    long consumed() {
        return consumed;
    }

    /** WINDOW was written to the sender. */
    void windowTold() {
        toldConsumed = consumed;
    }

    /** Whether FIN came, is acknowledged, and its sender was told. */
    boolean isFinished() {
        return (finCame || finBefore) && toldConsumed >= came;
    }

    /** Nothing passes any more; what is held is dropped. Idempotent. */
    void close() {
        closed = true;
        left = came;
        budget.give(reserved);
        reserved = 0;
    }

    boolean isClosed() {
        return closed;
    }
}
