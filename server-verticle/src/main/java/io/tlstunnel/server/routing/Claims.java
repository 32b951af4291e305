package io.tlstunnel.server.routing;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The claims of all ingress keys. A single node keeps them in memory, a cluster in a map of its own. */
public interface Claims {

    /**
     * Takes {@code claim}, unless another client has a key that conflicts with it. A claim of the same client is taken
     * over at once.
     *
     * @return empty if it was taken, else the claim in the way
     */
    Future<Optional<Claim>> take(Claim claim);

    /** Removes that very claim, if it stands. */
    Future<Void> remove(Claim claim);

    /** Those of one port: several if each is for an address of its own. */
    Future<List<Claim>> at(int port);

    /** Every claim. */
    Future<List<Claim>> all();
}
