package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Claims of a single node. Called on the node's control context only. */
public final class LocalClaims implements Claims {
    private final Map<IngressKey, Claim> byKey = new HashMap<>();

    @Override
    public Future<Optional<Claim>> take(Claim claim) {
        Optional<Claim> conflict = byKey.values().stream()
                .filter(other -> other.key().conflictsWith(claim.key()))
                .filter(other -> !isSuccessor(claim, other))
                .findFirst();
        if (conflict.isEmpty()) {
            byKey.put(claim.key(), claim);
        }
        return Future.succeededFuture(conflict);
    }

    /** A later session of the same client takes its key over; the same proxy of the same session has it already. */
    private static boolean isSuccessor(Claim claim, Claim other) {
        boolean later = claim.session().epoch() > other.session().epoch();
        boolean same = claim.session().equals(other.session()) && claim.proxy().equals(other.proxy());
        return claim.key().equals(other.key()) && claim.client().equals(other.client()) && (later || same);
    }

    @Override
    public Future<Void> remove(IngressKey key, SessionRef session) {
        Claim claim = byKey.get(key);
        if (claim != null && claim.session().equals(session)) {
            byKey.remove(key);
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Optional<Integer>> firstFree(String address, int first, int last, Predicate<Integer> free) {
        return Future.succeededFuture(IntStream.rangeClosed(first, last)
                .boxed()
                .filter(port -> {
                    IngressKey key = new IngressKey(address, port);
                    return byKey.values().stream()
                            .noneMatch(claim -> claim.key().conflictsWith(key));
                })
                .filter(free)
                .findFirst());
    }
}
