package io.tlstunnel.logging;

import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One finished stream, as the access log tells it.
 *
 * @param visitor who came
 * @param client name of the client whose service it was
 * @param bytesIn bytes from the visitor to the service
 * @param bytesOut bytes from the service to the visitor
 * @param reset why it ended; null if both sides finished cleanly
 * @param traceId the 64 bits that OPEN carried: the same in the logs of both ends
 */
public record AccessEntry(
        Endpoint visitor,
        String proxy,
        String client,
        long bytesIn,
        long bytesOut,
        Duration duration,
        @Nullable ResetCode reset,
        long traceId) {}
