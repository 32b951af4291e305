package io.tlstunnel.transport.socket;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A visitor's connection that was accepted and has no thread yet: nothing is read from it, so it may be held while a
 * tunnel for it is looked for. Exactly one of {@link #attach} and {@link #reject} must follow, once; any thread.
 */
public interface AcceptedSocket {

    /** The visitor's address. */
    InetSocketAddress remoteAddress();

    /** The published address. */
    InetSocketAddress localAddress();

    /**
     * Gives the connection to the thread of {@code wanted}, an event-loop context (that of the stream's tunnel). The
     * fast path registers the socket there; on the plain path it stays on the loop that accepted it, and calls hop when
     * the two differ. Either way {@link FarConnection#context} is {@code wanted}.
     *
     * @return completes on {@code wanted}; fails if the connection is gone
     */
    Future<FarConnection> attach(Context wanted);

    /**
     * The same connection behind the PROXY header that a balancer has put in front of it, and which names its visitor. In
     * place of {@link #attach} and {@link #reject}: they are for what comes of it, which is best attached to {@code on} too.
     *
     * @param on reads the header; an event-loop context
     * @param patience how long the header may take
     * @return completes on {@code on}; fails, with the connection reset, with a
     *     {@link io.tlstunnel.transport.balancer.HeaderException}, or with another exception if the connection ended first
     */
    default Future<AcceptedSocket> behindProxyHeader(Context on, Duration patience) {
        return HeaderReading.of(this, on, patience);
    }

    /** Resets the connection (RST). */
    void reject();
}
