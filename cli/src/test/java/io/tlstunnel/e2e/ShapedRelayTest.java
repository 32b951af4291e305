package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The path that other tests measure on is the one that they say. */
@Tag("slow")
@EnabledIfSystemProperty(
        named = "tlstunnel.full",
        matches = "true",
        disabledReason = "speed is measured at full length")
@Tag("alone")
final class ShapedRelayTest {
    private static final Duration MEASURED = Duration.ofSeconds(2);

    @Test
    void takesTheDelayEachWay() throws IOException {
        try (Services echo = Services.echo();
                ShapedRelay path = ShapedRelay.to(echo.port(), Shape.megabits(100, Duration.ofMillis(10)));
                Pings pings = Pings.on(path.port())) {
            Pings.Trips trips = pings.measure(MEASURED);
            System.out.println("figures: 10 ms one way: " + trips);
            assertThat(trips.percentile(1)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
            // The quickest: on a busy machine the others wait for a processor.
            assertThat(trips.percentile(10)).isLessThan(Duration.ofMillis(23));
        }
    }

    @Test
    void carriesItsRateOnALongPath() throws IOException {
        assertCarriesItsRate(Shape.megabits(20, Duration.ofMillis(50)));
    }

    @Test
    void carriesItsRateOnAWidePath() throws IOException {
        assertCarriesItsRate(Shape.megabits(100, Duration.ofMillis(10)));
    }

    private static void assertCarriesItsRate(Shape shape) throws IOException {
        for (Flows.Way way : Flows.Way.values()) {
            try (Flows flow = Flows.of(way, Flows.Greed.ORDINARY);
                    ShapedRelay path = ShapedRelay.to(flow.servicePort(), shape)) {
                flow.open(path.port(), 1);
                // The queue fills first.
                Rate.of(flow::total, shape.queue().multipliedBy(4));
                double share = Rate.of(flow::total, MEASURED) / shape.bytesPerSecond();
                System.out.printf("figures: %s, %s: %.3f of the rate%n", shape, way, share);
                assertThat(share).isBetween(0.95, 1.02);
            }
        }
    }
}
