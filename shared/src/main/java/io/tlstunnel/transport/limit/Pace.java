package io.tlstunnel.transport.limit;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** One direction of one stream under the buckets that it shares with others. Any thread. */
final class Pace {
    /** Below that a wait costs more than it evens out. */
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Slices of a second that move at a time, within bounds. */
    private static final int SLICES_PER_SECOND = 50;

    private static final int LEAST_SLICE = 1024;
    private static final int MOST_SLICE = 64 * 1024;

    private final List<TokenBucket> buckets;

    Pace(List<TokenBucket> buckets) {
        this.buckets = List.copyOf(buckets);
    }

    /** Bytes to move at a time: small at a slow pace, so that nobody waits long for the others. */
    int slice() {
        long slice = MOST_SLICE;
        for (TokenBucket bucket : buckets) {
            slice = Math.min(slice, bucket.perSecond() / SLICES_PER_SECOND);
        }
        return (int) Math.max(LEAST_SLICE, slice);
    }

    /** Counts bytes that move. Returns nanoseconds to wait for them; 0 = none. */
    long take(int bytes) {
        long wait = 0;
        for (TokenBucket bucket : buckets) {
            wait = Math.max(wait, bucket.take(bytes));
        }
        return wait < GRAIN_NANOS ? 0 : wait;
    }

    /** Counts bytes out again that did not move. */
    void putBack(int bytes) {
        buckets.forEach(bucket -> bucket.putBack(bytes));
    }
}
