package io.tlstunnel.server.routing;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Claims of a single node. Called on the node's control context only. */
public final class LocalClaims implements Claims {
    private final Map<Integer, PortClaims> byPort = new HashMap<>();

    private PortClaims known(int port) {
        return byPort.getOrDefault(port, PortClaims.NONE);
    }

    @Override
    public Future<Optional<Claim>> take(Claim claim) {
        int port = claim.key().port();
        Optional<Claim> conflict = known(port).conflict(claim);
        if (conflict.isEmpty()) {
            byPort.put(port, known(port).with(claim, System.currentTimeMillis()));
        }
        return Future.succeededFuture(conflict);
    }

    @Override
    public Future<Void> remove(Claim claim) {
        int port = claim.key().port();
        PortClaims left = known(port).without(claim);
        if (left.isEmpty()) {
            byPort.remove(port);
        } else {
            byPort.put(port, left);
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<List<Claim>> at(int port) {
        return Future.succeededFuture(known(port).claims());
    }

    @Override
    public Future<List<Claim>> all() {
        return Future.succeededFuture(byPort.values().stream()
                .flatMap(claims -> claims.claims().stream())
                .toList());
    }
}
