package io.tlstunnel.config;

import java.time.Duration;

/**
 * How a client finds out whether a local service is well.
 *
 * @param kind what is asked of it
 * @param path what an HTTP check gets
 * @param interval from one check to the next
 * @param timeout for a check as a whole
 * @param threshold failures in a row that make it down; one success makes it up
 * @param slowStart how long its weight grows once it is up again; 0 = at once
 */
public record HealthCheck(
        Kind kind, String path, Duration interval, Duration timeout, int threshold, Duration slowStart) {

    /** What is asked of the service. */
    public enum Kind {
        /** To accept a connection. */
        TCP,
        /** To answer a GET with 2xx or 3xx. */
        HTTP
    }
}
