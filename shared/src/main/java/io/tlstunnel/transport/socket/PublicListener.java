package io.tlstunnel.transport.socket;

import io.vertx.core.Future;
import java.net.InetSocketAddress;

/** A published port. Any thread may call. */
public interface PublicListener {

    /** The address that it listens on, with the actual port. */
    InetSocketAddress address();

    /**
     * Stops listening; the port is free when this completes (on the plain path with NIO: a moment later). What was
     * accepted lives on. Idempotent.
     */
    Future<Void> close();
}
