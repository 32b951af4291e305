package io.tlstunnel.transport.socket;

import io.vertx.core.Future;

/** A local service being dialled. */
public interface Dial {

    /**
     * Completes on the dialling context with the connection, or fails with a {@link DialException}. After
     * {@link #cancel} it never succeeds.
     */
    Future<FarConnection> connection();

    /**
     * Nobody wants the connection any more: it is closed at once, on the plain path as soon as Vert.x hands it over.
     * Without effect once {@link #connection} has succeeded. Called on the dialling context's thread.
     */
    void cancel();
}
