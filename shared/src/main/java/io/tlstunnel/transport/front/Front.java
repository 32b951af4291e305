package io.tlstunnel.transport.front;

import io.vertx.core.Future;

/** The tunnel port, open. */
public interface Front {

    /** The port it listens on. */
    int port();

    /** Stops listening and closes every connection that is not a tunnel. Idempotent. */
    Future<Void> close();
}
