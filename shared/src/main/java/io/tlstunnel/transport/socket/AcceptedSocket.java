package io.tlstunnel.transport.socket;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetSocketAddress;

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

    /** Resets the connection (RST). */
    void reject();
}
