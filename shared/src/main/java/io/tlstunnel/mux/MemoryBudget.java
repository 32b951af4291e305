package io.tlstunnel.mux;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all streams of a process together may hold beyond their floor ({@value #FLOOR} bytes each way): bytes granted to
 * peers and not consumed, and bytes sent and not acknowledged. The only state of {@code mux} that threads share; it is
 * touched when a window is set, never per frame.
 */
public final class MemoryBudget {

    /** Bytes that each stream always has, each way, so that none ever starves. */
    public static final int FLOOR = 16 * 1024;

    private static final int EIGHTHS = 8;

    /** Windows up to which size are given as long as how much of the whole is not used: the last part is for data. */
    private record Tier(int window, int eighths) {}

    private static final Tier[] TIERS = {
        new Tier(Window.FIRST, 7), new Tier(Window.USUAL, 6), new Tier(Integer.MAX_VALUE, 4),
    };

    private final long total;
    private final AtomicLong used = new AtomicLong();

    /** @param total bytes, 0 or more */
    public MemoryBudget(long total) {
        this.total = total;
    }

    /**
     * Takes up to {@code wanted} bytes for data on its way.
     *
     * @return what was taken, 0 to {@code wanted}; the caller gives exactly that back later
     */
    public int takeForData(int wanted) {
        while (true) {
            long now = used.get();
            int granted = (int) Math.max(0, Math.min(wanted, total - now));
            if (granted == 0 || used.compareAndSet(now, now + granted)) {
                return granted;
            }
        }
    }

    /**
     * Exchanges what a window has taken for what it wants now, as far as that is left; the larger it is, the sooner it
     * ends.
     *
     * @param taken what it has taken
     * @param least what it cannot do without, at most {@code taken}
     * @param wanted what it would like beyond the floor, at least {@code least}
     * @return what it has taken now, {@code least} to {@code wanted}
     */
    public int renewWindow(int taken, int least, int wanted) {
        while (true) {
            long now = used.get();
            int granted = Math.max(least, grantable(now - taken, wanted));
            if (granted == taken || used.compareAndSet(now, now - taken + granted)) {
                return granted;
            }
        }
    }

    private int grantable(long others, int wanted) {
        long most = 0;
        for (Tier tier : TIERS) {
            most = Math.max(most, Math.min(tier.window() - FLOOR, total * tier.eighths() / EIGHTHS - others));
        }
        return (int) Math.min(wanted, most);
    }

    /** Gives back what was taken. */
    public void give(int bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes taken now. */
    public long used() {
        return used.get();
    }

    /** Bytes there are. */
    public long total() {
        return total;
    }
}
