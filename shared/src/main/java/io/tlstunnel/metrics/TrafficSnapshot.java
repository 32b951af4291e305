package io.tlstunnel.metrics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one moment, for people.
 *
 * @param tunnels tunnels that are up
 * @param streamsOpen streams open now
 * @param streamsEnded streams that ended since the start
 * @param bytesIn bytes from visitors to services since the start
 * @param bytesOut bytes from services to visitors since the start
 * @param roundTrip the latest of any tunnel; null before the first
 */
public record TrafficSnapshot(
        long tunnels,
        long streamsOpen,
        long streamsEnded,
        long bytesIn,
        long bytesOut,
        @Nullable Duration roundTrip) {

    /** Reads both. The fields are read one after the other, not at one instant. */
    public static TrafficSnapshot of(TunnelMeters tunnels, StreamMeters streams) {
        return new TrafficSnapshot(
                tunnels.open(),
                streams.open(),
                streams.ended(),
                streams.bytesIn(),
                streams.bytesOut(),
                tunnels.lastRoundTrip());
    }
}
