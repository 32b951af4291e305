package io.tlstunnel.server.tunnel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's tunnel at one moment.
 *
 * @param remoteAddress whence it came
 * @param streams on it, those of other nodes' visitors not counted
 * @param roundTrip the latest, or null before the first
 */
public record TunnelStatus(
        String remoteAddress,
        Duration age,
        int streams,
        @Nullable Duration roundTrip) {}
