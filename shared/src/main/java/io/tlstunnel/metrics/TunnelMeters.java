package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Tunnels that are up, how long they live, how quick they are. Any thread, never waits. */
public final class TunnelMeters {

    /** From "the balancer cuts it at once" to "a week". */
    private static final List<Duration> LIFETIMES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofDays(1),
            Duration.ofDays(7));

    /** From a LAN to {@code dead_after}. */
    private static final List<Duration> ROUND_TRIPS = List.of(
            Duration.ofMillis(1),
            Duration.ofNanos(2_500_000),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2_500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    private static final long NEVER = -1;

    private final UpDown open;
    private final Timer lifetimes;
    private final Timer roundTrips;
    private final AtomicLong lastRoundTrip = new AtomicLong(NEVER);

    public TunnelMeters(Meters meters) {
        open = meters.upDown("tunnels_open", "Tunnels that are up: handshake done, not closed");
        lifetimes = meters.timer(
                "tunnel_lifetime",
                "How long tunnels lived, counted when they close; many short ones mean that "
                        + "something on the way cuts them",
                LIFETIMES);
        roundTrips = meters.timer(
                "round_trip", "Time from PING to PONG on a tunnel, what waits in its queues included", ROUND_TRIPS);
    }

    public void opened() {
        open.up();
    }

    /** One that was {@link #opened} is gone. */
    public void closed(Duration lifetime) {
        open.down();
        lifetimes.record(lifetime);
    }

    /** A PONG came {@code nanos} after its PING. */
    public void roundTrip(long nanos) {
        lastRoundTrip.lazySet(nanos);
        roundTrips.record(nanos, TimeUnit.NANOSECONDS);
    }

    public long open() {
        return open.value();
    }

    /** The latest round trip of any tunnel; null before the first. */
    public @Nullable Duration lastRoundTrip() {
        final long nanos = lastRoundTrip.get();
        return nanos == NEVER ? null : Duration.ofNanos(nanos);
    }
}
