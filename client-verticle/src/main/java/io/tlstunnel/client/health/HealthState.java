package io.tlstunnel.client.health;

import io.tlstunnel.config.HealthCheck;
import java.time.Duration;

/**
 * What the checks of one service come to. A service counts as well until it has failed {@code threshold} times in a row.
 * While it fails checks come earlier by what they wait for an answer, so that it is down within {@code threshold}
 * intervals. One thread.
 */
final class HealthState {
    private final HealthCheck rules;
    private int failures;

    HealthState(HealthCheck rules) {
        this.rules = rules;
    }

    boolean isDown() {
        return failures >= rules.threshold();
    }

    /** A check went well. */
    void succeeded() {
        failures = 0;
    }

    /** A check failed. */
    void failed() {
        failures = Math.min(failures + 1, rules.threshold());
    }

    /** How long after the begin of one check the next one begins; the one may last longer than that. */
    Duration pause() {
        boolean isGoingDown = failures > 0 && !isDown();
        return isGoingDown ? rules.interval().minus(rules.timeout()) : rules.interval();
    }
}
