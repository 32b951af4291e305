package io.tlstunnel.client.status;

/** How a check of a local service ended. */
public enum HealthCheckOutcome {
    /** It is well. */
    OK,
    /** It refused, hung up, answered otherwise, or not in time. */
    FAILED
}
