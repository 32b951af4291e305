package io.tlstunnel.server.cluster;

import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.transport.Hop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Claims that answer on the control context. */
record HoppingClaims(Context control, Claims shared) implements Claims {

    @Override
    public Future<Optional<Claim>> take(Claim claim) {
        return Hop.to(control, shared.take(claim));
    }

    @Override
    public Future<Void> remove(Claim claim) {
        return Hop.to(control, shared.remove(claim));
    }

    @Override
    public Future<List<Claim>> at(int port) {
        return Hop.to(control, shared.at(port));
    }

    @Override
    public Future<List<Claim>> all() {
        return Hop.to(control, shared.all());
    }
}
