package io.tlstunnel.client.status;

/** Why the local service could not be reached for a stream. */
public enum LocalDialFailure {
    /** Nobody listens there. */
    REFUSED,
    /** No answer within {@code connect_timeout}. */
    TIMEOUT,
    /** No route or no such host. */
    UNREACHABLE,
    /** The name of the service has no address. */
    DNS,
    /** Something else, see the log. */
    OTHER
}
