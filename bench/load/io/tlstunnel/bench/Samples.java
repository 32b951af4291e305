package io.tlstunnel.bench;

import java.util.Arrays;

/** Times in nanoseconds, of one thread. */
final class Samples {
    private long[] nanos = new long[1 << 16];
    private int size;

    void add(long value) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = value;
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** In microseconds; {@code share} is 0.5 for the median. */
    double quantile(double share) {
        if (size == 0) {
            return Double.NaN;
        }
        final long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(size - 1L, Math.round(share * size))] / 1e3;
    }
}
