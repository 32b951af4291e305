package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.mux.MemoryBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows grow where the path needs it, stay small where it does not, and never grow on a budget that is used up. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@EnabledIfSystemProperty(
        named = "tlstunnel.full",
        matches = "true",
        disabledReason = "speed is measured at full length")
@Tag("alone")
final class LongPathTest {
    private static final Shape PATH = Shape.megabits(20, Duration.ofMillis(50));
    private static final double GOODPUT = 0.80;
    private static final Duration START = Duration.ofSeconds(3);
    private static final Duration WINDOW = Duration.ofSeconds(20);

    private static final long LARGEST_ON_LOOPBACK = 512 * 1024;

    /** Long enough for windows to grow, and quick to fill. */
    private static final Shape SHORTER_PATH = Shape.megabits(200, Duration.ofMillis(5));

    /** Without TLS, so that a test may read along. */
    private static final String PLAIN = "transport = \"ws\"\n";

    private static final String SMALL_BUDGET = PLAIN + "memory_budget = \"1MiB\"\n";

    /** As the protocol's page says. */
    private static final long FIRST_WINDOW = 64 * 1024;

    /** Enough to use up the small budget, each with more than its floor. */
    private static final int STALLED = 40;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @EnumSource(Flows.Way.class)
    void oneStreamFillsALongPath(Flows.Way way) throws IOException {
        try (TwoEnds ends = TwoEnds.start(folder, DataPath.FAST, "");
                ShapedRelay relay = ShapedRelay.to(ends.server().tunnelPort(), PATH);
                Flows flow = Flows.of(way, Flows.Greed.ORDINARY)) {
            ends.dial(relay.port(), "", Rig.proxy("bulk", 0, flow.servicePort()));
            flow.open(ends.port("bulk"), 1);
            double atStart = Rate.of(flow::total, START);
            double goodput = Rate.of(flow::total, WINDOW);
            System.out.printf(
                    Locale.ROOT,
                    "figures: 20 Mbit/s, 50 ms one way, %s: one stream has %.2f Mbit/s (%.1f %%), %.2f in its first %d s%n",
                    way,
                    goodput * 8 / 1e6,
                    100 * goodput / PATH.bytesPerSecond(),
                    atStart * 8 / 1e6,
                    START.toSeconds());
            assertThat(goodput / PATH.bytesPerSecond()).isGreaterThanOrEqualTo(GOODPUT);
        }
    }

    @ParameterizedTest
    @EnumSource(Flows.Way.class)
    void theWindowStaysSmallOnLoopback(Flows.Way way) throws IOException {
        try (TwoEnds ends = TwoEnds.start(folder, DataPath.FAST, PLAIN);
                WindowTap tap = WindowTap.to(ends.server().tunnelPort());
                Flows flow = Flows.of(way, Flows.Greed.GREEDY)) {
            ends.dial(tap.port(), PLAIN + "skip_verify = true\n", Rig.proxy("bulk", 0, flow.servicePort()));
            flow.open(ends.port("bulk"), 1);
            double rate = Rate.of(flow::total, WINDOW);
            System.out.printf(
                    Locale.ROOT,
                    "figures: loopback, %s: %.0f Mbit/s, %s, largest window %d KiB%n",
                    way,
                    rate * 8 / 1e6,
                    tap.of(way).ofLast(),
                    tap.of(way).largest() / 1024);
            assertThat(tap.of(way).largest()).isBetween((long) MemoryBudget.FLOOR, LARGEST_ON_LOOPBACK);
        }
    }

    /** Where it would grow otherwise. */
    @ParameterizedTest
    @EnumSource(Flows.Way.class)
    void theWindowDoesNotGrowOnABudgetThatIsUsedUp(Flows.Way way) throws IOException {
        try (TwoEnds ends = TwoEnds.start(folder, DataPath.FAST, SMALL_BUDGET);
                WindowTap tap = WindowTap.to(ends.server().tunnelPort());
                ShapedRelay relay = ShapedRelay.to(tap.port(), SHORTER_PATH);
                Stalled stalled = new Stalled(EnumSet.allOf(Flows.Way.class));
                Flows flow = Flows.of(way, Flows.Greed.ORDINARY)) {
            ends.dial(
                    relay.port(),
                    SMALL_BUDGET + "skip_verify = true\n",
                    Rig.proxy("stalled", 0, stalled.servicePort()) + Rig.proxy("bulk", 0, flow.servicePort()));
            stalled.come(ends.port("stalled"), STALLED);
            stalled.awaitStandstill();
            flow.open(ends.port("bulk"), 1);
            double rate = Rate.of(flow::total, WINDOW);
            WindowWatch.Windows windows = tap.of(way).ofLast();
            System.out.printf(
                    Locale.ROOT, "figures: budget used up, %s: %.2f Mbit/s, %s%n", way, rate * 8 / 1e6, windows);
            assertThat(windows.largest()).as("it did not grow").isEqualTo(windows.first());
            // Streams that stand still leave a little for those that come.
            assertThat(windows.first()).isLessThanOrEqualTo(FIRST_WINDOW);
            assertThat(rate).as("it goes on all the same").isPositive();
        }
    }
}
