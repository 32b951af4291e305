package io.tlstunnel.client.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How long a client waits before it dials again. */
final class BackoffTest {
    private static final int MANY = 1_000;

    private final Backoff backoff = new Backoff(new SplittableRandom(1));

    private static Duration longest(Supplier<Duration> waits) {
        return Stream.generate(waits).limit(MANY).max(Duration::compareTo).orElseThrow();
    }

    @Test
    void doublesItsRangeUpToTheLongest() {
        for (int failures = 0; failures < 10; failures++) {
            long cap = Math.min(Backoff.LONGEST.toMillis(), 200L << failures);
            assertThat(backoff.next(false).toMillis()).isBetween(0L, cap);
        }
        assertThat(longest(() -> backoff.next(false))).isBetween(Duration.ofSeconds(29), Backoff.LONGEST);
    }

    @Test
    void isShortWhileStreamsWait() {
        longest(() -> backoff.next(false));
        assertThat(longest(() -> backoff.next(true))).isBetween(Duration.ofMillis(1_900), Backoff.LONGEST_WITH_STREAMS);
        assertThat(longest(() -> backoff.nextAfter(Duration.ofMillis(500), true)))
                .isLessThanOrEqualTo(Backoff.LONGEST_WITH_STREAMS);
    }

    @Test
    void doesNotHammerWhoRefuses() {
        assertThat(Stream.generate(backoff::nextAfterRefusal).limit(MANY))
                .allMatch(wait -> wait.compareTo(Duration.ofSeconds(15)) >= 0);
    }

    @Test
    void dialsAgainAtOnceAfterATunnelThatLived() {
        longest(() -> backoff.next(false));
        assertThat(longest(() -> backoff.nextAfter(Duration.ofSeconds(2), false)))
                .isLessThanOrEqualTo(Backoff.FIRST);
        assertThat(longest(() -> backoff.next(false))).isGreaterThan(Backoff.FIRST);
    }

    @Test
    void beginsAnewAfterAStableTunnel() {
        longest(() -> backoff.next(false));
        backoff.nextAfter(Backoff.STABLE, false);
        assertThat(backoff.next(false)).isLessThanOrEqualTo(Backoff.FIRST);
    }
}
