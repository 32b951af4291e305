package io.tlstunnel.client.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.HealthCheck;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthStateTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static HealthState state(int threshold) {
        return new HealthState(
                new HealthCheck(HealthCheck.Kind.HTTP, "/", INTERVAL, TIMEOUT, threshold, Duration.ZERO));
    }

    @Test
    void isDownAfterSoManyFailuresInARowAndUpAfterOneSuccess() {
        HealthState state = state(3);
        state.failed();
        state.failed();
        assertThat(state.isDown()).isFalse();
        state.succeeded();
        state.failed();
        state.failed();
        assertThat(state.isDown()).isFalse();
        state.failed();
        assertThat(state.isDown()).isTrue();
        state.failed();
        state.succeeded();
        assertThat(state.isDown()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "10"})
    void whoNeverAnswersIsDownWithinThresholdIntervals(int threshold) {
        HealthState state = state(threshold);
        state.succeeded();
        // Ill from right after a check has begun that went well.
        Duration begun = state.pause();
        Duration ended = begun.plus(TIMEOUT);
        state.failed();
        while (!state.isDown()) {
            begun = begun.plus(state.pause());
            ended = begun.plus(TIMEOUT);
            state.failed();
        }
        assertThat(ended).isLessThanOrEqualTo(INTERVAL.multipliedBy(threshold));
    }

    @Test
    void whoIsDownIsLookedAtEachInterval() {
        HealthState state = state(1);
        state.failed();
        assertThat(state.pause()).isEqualTo(INTERVAL);
    }
}
