package io.tlstunnel.e2e;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How fast something grows. */
final class Rate {
    private Rate() {}

    /** Bytes per second of that count, for so long. */
    static double of(LongSupplier count, Duration time) {
        long start = System.nanoTime();
        long before = count.getAsLong();
        Lane.parkUntil(start + time.toNanos());
        return (count.getAsLong() - before) * 1e9 / (System.nanoTime() - start);
    }
}
