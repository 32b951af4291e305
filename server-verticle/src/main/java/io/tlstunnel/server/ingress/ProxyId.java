package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.Route;

/** A proxy, named so that no other is meant. */
record ProxyId(String client, String proxy) {
    static ProxyId of(Route route) {
        return new ProxyId(route.client(), route.proxy().name());
    }
}
