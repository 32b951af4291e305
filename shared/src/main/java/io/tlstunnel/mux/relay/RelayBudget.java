package io.tlstunnel.mux.relay;

/**
 * What all channels that are passed on to one tunnel may hold beyond their floor. Taken before a sender is told that it
 * may send, so that it can never be exceeded. On the thread of the tunnel.
 */
public final class RelayBudget {

    /** {@code relay_budget} unless configured otherwise, in bytes. */
    public static final long DEFAULT = 8L << 20;

    /** One channel is given at most that part of what is free: those that come later find something too. */
    private static final int SHARE = 4;

    /** Who has not used anything yet is given nothing of that last part of the whole. */
    private static final int KEPT_FOR_USE = 2;

    private final long total;
    private long used;

    /** @param total bytes, 0 or more */
    public RelayBudget(long total) {
        this.total = total;
    }

    /** Takes up to {@code wanted} bytes, 0 or more; the caller gives exactly what was taken back later. */
    int take(long wanted) {
        return take(wanted, total);
    }

    /** The same for a channel that has not used anything yet. */
    int takeAhead(long wanted) {
        return take(wanted, total / KEPT_FOR_USE);
    }

    /** Takes all of {@code wanted} bytes, or nothing. */
    boolean takeAll(int wanted) {
        if (wanted > total - used) {
            return false;
        }
        used += wanted;
        return true;
    }

    private int take(long wanted, long limit) {
        int taken = (int) Math.max(0, Math.min(wanted, limit - used));
        used += taken;
        return taken;
    }

    void give(int bytes) {
        used -= bytes;
    }

    /** What a channel that has {@code own} bytes of it may come to have. */
    long share(int own) {
        return (total - used + own) / SHARE;
    }

    /** Bytes taken now. */
    public long used() {
        return used;
    }

    /** Bytes there are. */
    public long total() {
        return total;
    }
}
