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

    /** What bytes are wanted for; the later ones leave something of the whole to those before them. */
    public enum Use {
        /** What was sent and is not acknowledged. */
        DATA(8),
        /** A stream's first window. */
        FIRST_WINDOW(7),
        /** A window up to its usual size. */
        USUAL_WINDOW(6),
        /** A window for a path that is long and fast. */
        LARGE_WINDOW(4);

        private static final int WHOLE = 8;

        private final int share;

        Use(int share) {
            this.share = share;
        }

        private long of(long total) {
            return total * share / WHOLE;
        }
    }

    private final long total;
    private final AtomicLong used = new AtomicLong();

    /** @param total bytes, 0 or more */
    public MemoryBudget(long total) {
        this.total = total;
    }

    /**
     * Takes up to {@code wanted} bytes.
     *
     * @return what was taken, 0 to {@code wanted}; the caller gives exactly that back later
     */
    public int take(int wanted, Use use) {
        return renew(0, 0, wanted, use);
    }

    /**
     * Exchanges what one holder has taken for what it wants now, as far as that is left.
     *
     * @param taken what it has taken
     * @param least what it cannot do without, at most {@code taken}
     * @param wanted what it would like, at least {@code least}
     * @return what it has taken now, {@code least} to {@code wanted}
     */
    public int renew(int taken, int least, int wanted, Use use) {
        while (true) {
            long now = used.get();
            long others = now - taken;
            int granted = (int) Math.max(least, Math.min(wanted, use.of(total) - others));
            if (granted == taken || used.compareAndSet(now, others + granted)) {
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
