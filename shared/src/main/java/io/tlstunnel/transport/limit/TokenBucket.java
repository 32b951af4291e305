package io.tlstunnel.transport.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * So many tokens a second, with some saved up while nobody takes any. All that it keeps is one instant: when all that
 * was taken is paid for. Any thread, without a lock.
 */
public final class TokenBucket {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private final long savedNanos;
    private final AtomicLong paidAt;
    private volatile long perSecond;

    /**
     * A full bucket.
     *
     * @param perSecond 1 or more
     * @param savedNanos time whose tokens are saved up at most
     * @param nanoTime a monotonic clock
     */
    public TokenBucket(long perSecond, long savedNanos, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.savedNanos = savedNanos;
        this.nanoTime = nanoTime;
        this.paidAt = new AtomicLong(nanoTime.getAsLong() - savedNanos);
    }

    /** Goes on at that pace. */
    public void perSecond(long changed) {
        perSecond = changed;
    }

    public long perSecond() {
        return perSecond;
    }

    /** Takes {@code tokens} if they are there, else nothing. */
    public boolean tryTake(long tokens) {
        long cost = cost(tokens);
        while (true) {
            long now = nanoTime.getAsLong();
            long before = paidAt.get();
            long after = start(before, now) + cost;
            if (after - now > 0) {
                return false;
            }
            if (paidAt.compareAndSet(before, after)) {
                return true;
            }
        }
    }

    /**
     * Takes {@code tokens}, there or not.
     *
     * @return nanoseconds until they are there; 0 = they are. Who waits that long each time keeps the pace, and those
     *     who share the bucket take turns
     */
    public long take(long tokens) {
        long cost = cost(tokens);
        while (true) {
            long now = nanoTime.getAsLong();
            long before = paidAt.get();
            long after = start(before, now) + cost;
            if (paidAt.compareAndSet(before, after)) {
                return Math.max(0, after - now);
            }
        }
    }

    /** Puts back what {@link #take} took and nobody used. */
    public void putBack(long tokens) {
        paidAt.addAndGet(-cost(tokens));
    }

    /** Where paying goes on: not further back than what may be saved. */
    private long start(long before, long now) {
        return before - (now - savedNanos) < 0 ? now - savedNanos : before;
    }

    private long cost(long tokens) {
        return tokens * SECOND_NANOS / perSecond;
    }
}
