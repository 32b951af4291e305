package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.IngressKey;
import io.vertx.core.Future;

/** Opens and closes public sockets. Control context only. */
interface Listeners {

    /** Listens on {@code key}, or goes on listening. Fails with a sentence. */
    Future<Void> open(IngressKey key);

    /** Whether {@link #open} would succeed now; nobody is let in. Fails with a sentence. */
    Future<Void> probe(IngressKey key);

    /** Listens no longer; connections that were accepted live on. Idempotent. */
    void close(IngressKey key);

    /** How far the socket of that key is. */
    SocketStatus status(IngressKey key);
}
