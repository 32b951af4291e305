package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.tunnel.Session;

/** What other nodes have to do with an address that cannot be had here. */
interface Elsewhere {

    /** Whether other nodes may have it though this one has not. */
    boolean mayHave(IngressKey key);

    /** Whether another node publishes it for the session. */
    boolean has(Session session, IngressKey key);
}
