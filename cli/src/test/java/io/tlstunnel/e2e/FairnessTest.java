package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One stream that takes all it can, and fifty like each other beside it in the same tunnel: all get the same. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@EnabledIfSystemProperty(
        named = "tlstunnel.full",
        matches = "true",
        disabledReason = "speed is measured at full length")
@Tag("alone")
final class FairnessTest {
    private static final int EQUALS = 50;
    private static final double TOLERANCE = 0.10;

    /** Times the 99th percentile of the same ping with nothing beside it. */
    private static final int PING_LIMIT = 3;

    private static final Shape PATH = Shape.megabits(100, Duration.ofMillis(10));
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration WINDOW = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** What came of one run. */
    private record Outcome(long[] equals, long greedy, Pings.Trips idle, Pings.Trips beside) {
        long total() {
            return Arrays.stream(equals).sum() + greedy;
        }

        double fair() {
            return total() / (double) (equals.length + 1);
        }

        /** The share of each of the equal ones, where 1 is its fair one. */
        double[] shares() {
            return Arrays.stream(equals).mapToDouble(bytes -> bytes / fair()).toArray();
        }

        void print(String path) {
            System.out.printf(
                    Locale.ROOT,
                    "figures: %s: %.1f Mbit/s; of its fair share each of %d got %.3f to %.3f, the greedy one %.3f;"
                            + " idle %s; beside %s (%.1f x)%n",
                    path,
                    total() * 8 / 1e6 / WINDOW.toSeconds(),
                    equals.length,
                    Arrays.stream(shares()).min().orElseThrow(),
                    Arrays.stream(shares()).max().orElseThrow(),
                    greedy / fair(),
                    idle,
                    beside,
                    beside.millis(99) / idle.millis(99));
        }

        void assertShares() {
            assertThat(Arrays.stream(shares()).boxed())
                    .allSatisfy(share -> assertThat(share).isBetween(1 - TOLERANCE, 1 + TOLERANCE));
        }
    }

    @ParameterizedTest
    @EnumSource(Flows.Way.class)
    void sharesANarrowPathEquallyAndLetsAPingThrough(Flows.Way way) throws IOException {
        try (TwoEnds ends = TwoEnds.start(folder, DataPath.FAST, "");
                ShapedRelay relay = ShapedRelay.to(ends.server().tunnelPort(), PATH)) {
            Outcome outcome = run(ends, relay.port(), way);
            outcome.print("100 Mbit/s, 10 ms one way, " + way);
            outcome.assertShares();
            assertThat(outcome.beside().percentile(99))
                    .isLessThanOrEqualTo(outcome.idle().percentile(99).multipliedBy(PING_LIMIT));
        }
    }

    /** The ping is measured only: two processors carry the load of all sides here, and nothing limits it. */
    @ParameterizedTest
    @EnumSource(Flows.Way.class)
    void sharesLoopbackEqually(Flows.Way way) throws IOException {
        try (TwoEnds ends = TwoEnds.start(folder, DataPath.FAST, "")) {
            Outcome outcome = run(ends, ends.server().tunnelPort(), way);
            outcome.print("loopback, " + way);
            outcome.assertShares();
        }
    }

    private static Outcome run(TwoEnds ends, int dialled, Flows.Way way) throws IOException {
        try (Services echo = Services.echo();
                Flows equals = Flows.of(way, Flows.Greed.ORDINARY);
                Flows greedy = Flows.of(way, Flows.Greed.GREEDY)) {
            ends.dial(
                    dialled,
                    "",
                    Rig.proxy("echo", 0, echo.port())
                            + Rig.proxy("equals", 0, equals.servicePort())
                            + Rig.proxy("greedy", 0, greedy.servicePort()));
            try (Pings pings = Pings.on(ends.port("echo"))) {
                pings.measure(WARM_UP);
                Pings.Trips idle = pings.measure(IDLE);
                greedy.open(ends.port("greedy"), 1);
                equals.open(ends.port("equals"), EQUALS);
                pings.measure(WARM_UP);
                long[] before = equals.counts();
                long greedyBefore = greedy.total();
                Pings.Trips beside = pings.measure(WINDOW);
                long[] carried = equals.counts();
                long greedyCarried = greedy.total() - greedyBefore;
                Arrays.setAll(carried, i -> carried[i] - before[i]);
                return new Outcome(carried, greedyCarried, idle, beside);
            }
        }
    }
}
