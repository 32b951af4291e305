package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of a port at one moment.
 *
 * @param owner who listens on it beside clients
 * @param claims who may have it; null if the cluster did not answer
 * @param routes where its visitors go: several if each is for an address of its own
 * @param without proxies that ask for it and do not have it
 */
public record PortView(
        int port, Owner owner, @Nullable List<Claim> claims, List<RouteView> routes, List<ProxyView> without) {

    /** Whose port it is. */
    public enum Owner {
        /** The tunnel port or the admin port. */
        NODE,
        CLIENTS
    }
}
