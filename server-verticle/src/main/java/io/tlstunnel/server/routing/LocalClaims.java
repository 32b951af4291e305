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
    private final Map<Integer, PortClaims> byPort = new HashMap<>();

    private PortClaims at(int port) {
        return byPort.getOrDefault(port, PortClaims.NONE);
    }

    @Override
    public Future<Optional<Claim>> take(Claim claim) {
        int port = claim.key().port();
        Optional<Claim> conflict = at(port).conflict(claim);
        if (conflict.isEmpty()) {
            byPort.put(port, at(port).with(claim));
        }
        return Future.succeededFuture(conflict);
    }

    @Override
    public Future<Void> remove(IngressKey key, SessionRef session) {
        PortClaims left = at(key.port()).without(key, session);
        if (left.isEmpty()) {
            byPort.remove(key.port());
        } else {
            byPort.put(key.port(), left);
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Optional<Integer>> firstFree(String address, int first, int last, Predicate<Integer> free) {
        return Future.succeededFuture(IntStream.rangeClosed(first, last)
                .boxed()
                .filter(port -> !at(port).conflictsWith(new IngressKey(address, port)))
                .filter(free)
                .findFirst());
    }
}
