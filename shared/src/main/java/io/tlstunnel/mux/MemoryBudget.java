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

    /** Below this part of the whole, nothing is given to windows any more: what is left is for streams that move. */
    private static final int RESERVE_DIVISOR = 8;

    private final long total;
    private final AtomicLong used = new AtomicLong();

    /** @param total bytes, 0 or more */
    public MemoryBudget(long total) {
        this.total = total;
    }

    /**
     * Takes up to {@code wanted} bytes for a window.
     *
     * @return what was taken, 0 to {@code wanted}; the caller gives exactly that back later
     */
    public int takeForWindow(int wanted) {
        return take(wanted, total - total / RESERVE_DIVISOR);
    }

    /** Takes up to {@code wanted} bytes for data on its way; may use the reserve too. */
    public int takeForData(int wanted) {
        return take(wanted, total);
    }

    private int take(int wanted, long limit) {
        while (true) {
            long now = used.get();
            int granted = (int) Math.max(0, Math.min(wanted, limit - now));
            if (granted == 0 || used.compareAndSet(now, now + granted)) {
                return granted;
            }
        }
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
