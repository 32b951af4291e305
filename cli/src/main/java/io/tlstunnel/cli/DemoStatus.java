package io.tlstunnel.cli;

import io.tlstunnel.metrics.TrafficSnapshot;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One line of figures, in units that people read. */
final class DemoStatus {

    private static final int KIBI = 1024;
    private static final double NANOS_PER_MILLI = 1e6;

    private final PrintWriter out;

    DemoStatus(PrintWriter out) {
        this.out = out;
    }

    void show(TrafficSnapshot now, @Nullable Duration roundTrip) {
        out.println(String.format(
                Locale.ROOT,
                "connections %d open, %d done   in %s   out %s   round trip %s",
                now.streamsOpen(),
                now.streamsEnded(),
                bytes(now.bytesIn()),
                bytes(now.bytesOut()),
                millis(roundTrip)));
        out.flush();
    }

    private static String bytes(long count) {
        double rest = count;
        for (final String unit : new String[] {"B", "KiB", "MiB", "GiB"}) {
            if (rest < KIBI) {
                return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", rest, unit);
            }
            rest /= KIBI;
        }
        return String.format(Locale.ROOT, "%.1f TiB", rest);
    }

    private static String millis(@Nullable Duration roundTrip) {
        return roundTrip == null
                ? "not yet measured"
                : String.format(Locale.ROOT, "%.2f ms", roundTrip.toNanos() / NANOS_PER_MILLI);
    }
}
