package io.tlstunnel.client.tunnel;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next dial: exponential with full jitter, so that a thousand clients do not come back at
 * once (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
 */
final class Backoff {
    static final Duration FIRST = Duration.ofMillis(200);
    static final Duration LONGEST = Duration.ofSeconds(30);

    /** While streams wait for a tunnel: else two waits could cost them their lives. */
    static final Duration LONGEST_WITH_STREAMS = Duration.ofSeconds(2);

    /** A tunnel that lived that long was a success: the next wait starts small again. */
    static final Duration STABLE = Duration.ofMinutes(1);

    /** One that ends sooner was no success at all. */
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Wait before the next try, 0 to min(30 s, 0.2 s × 2ⁿ).
     *
     * @param streamsWait whether streams wait for the tunnel: then 2 s at most
     */
    Duration next(boolean streamsWait) {
        Duration longest = streamsWait ? LONGEST_WITH_STREAMS : LONGEST;
        long cap = Math.min(longest.toMillis(), FIRST.toMillis() << Math.min(failures, 16));
        failures++;
        return Duration.ofMillis(random.nextLong(cap + 1));
    }

    /** Wait after an answer that another try will not change soon (a wrong key): 15 s to 30 s. */
    Duration nextAfterRefusal() {
        failures++;
        long half = LONGEST.toMillis() / 2;
        return Duration.ofMillis(half + random.nextLong(half + 1));
    }

    /**
     * Wait after a tunnel that was up for that long: at most 0.2 s, because streams wait for the next one; as after a
     * failure if it did not live for a second.
     */
    Duration nextAfter(Duration lifetime, boolean streamsWait) {
        if (lifetime.compareTo(STABLE) >= 0) {
            failures = 0;
        }
        return lifetime.compareTo(SHORTEST_LIFE) < 0
                ? next(streamsWait)
                : Duration.ofMillis(random.nextLong(FIRST.toMillis() + 1));
    }
}
