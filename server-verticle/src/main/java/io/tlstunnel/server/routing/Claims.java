package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Predicate;

/** The claims of all ingress keys. A single node keeps them in memory, a cluster in a map of its own. */
public interface Claims {

    /**
     * Takes {@code claim}, unless another client has a key that conflicts with it. A claim of the same client is taken
     * over at once.
     *
     * @return empty if it was taken, else the claim in the way
     */
    Future<Optional<Claim>> take(Claim claim);

    /** Removes the claim of {@code key} if that session has it. */
    Future<Void> remove(IngressKey key, SessionRef session);

    /** The first port from {@code first} to {@code last} on {@code address} that {@code free} and all claims allow. */
    Future<Optional<Integer>> firstFree(String address, int first, int last, Predicate<Integer> free);
}
