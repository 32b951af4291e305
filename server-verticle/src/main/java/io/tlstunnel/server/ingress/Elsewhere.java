package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.tunnel.Session;
import io.vertx.core.Future;
import java.util.Optional;

/** What other nodes have to do with an address that cannot be had here. */
interface Elsewhere {

    /** Whether other nodes may have it though this one has not. */
    boolean mayHave(IngressKey key);

    /** Why another node cannot have it though all have to; empty if nothing stands against it. */
    Future<Optional<String>> objection(Session session, IngressKey key);

    /** Whether another node publishes it for the session. */
    boolean has(Session session, IngressKey key);
}
