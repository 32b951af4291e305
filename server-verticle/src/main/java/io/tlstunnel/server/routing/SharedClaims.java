package io.tlstunnel.server.routing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Claims of a cluster, in a map that all its nodes share, from port to claims; changed by compare-and-set. Any thread. */
public final class SharedClaims implements Claims {
    /** What Hazelcast calls the map. */
    public static final String MAP = "tunnel.claims";

    private final AsyncMap<Integer, String> byPort;

    private SharedClaims(AsyncMap<Integer, String> byPort) {
        this.byPort = byPort;
    }

    /** Those of the cluster that {@code vertx} is a member of, or its own if it is of none. */
    public static Future<Claims> of(Vertx vertx) {
        return vertx.sharedData().<Integer, String>getAsyncMap(MAP).map(SharedClaims::new);
    }

    /** What stands of an entry of the map after a partition, of which each side has one. */
    public static String merge(String one, String other) {
        return PortClaims.of(one).merge(PortClaims.of(other)).toText();
    }

    private static PortClaims claims(@Nullable String text) {
        return text == null ? PortClaims.NONE : PortClaims.of(text);
    }

    @Override
    public Future<Optional<Claim>> take(Claim claim) {
        int port = claim.key().port();
        return byPort.get(port).compose(known -> {
            Optional<Claim> conflict = claims(known).conflict(claim);
            if (conflict.isPresent()) {
                return Future.succeededFuture(conflict);
            }
            return replace(port, known, claims(known).with(claim, System.currentTimeMillis()))
                    .compose(done -> done ? Future.succeededFuture(conflict) : take(claim));
        });
    }

    @Override
    public Future<Void> remove(Claim claim) {
        int port = claim.key().port();
        return byPort.get(port).compose(known -> {
            if (known == null || !claims(known).claims().contains(claim)) {
                return Future.succeededFuture();
            }
            return replace(port, known, claims(known).without(claim))
                    .compose(done -> done ? Future.succeededFuture() : remove(claim));
        });
    }

    /** Says whether it was still {@code known} that stood there. */
    private Future<Boolean> replace(int port, @Nullable String known, PortClaims next) {
        if (next.isEmpty()) {
            return known == null ? Future.succeededFuture(true) : byPort.removeIfPresent(port, known);
        }
        return known == null
                ? byPort.putIfAbsent(port, next.toText()).map(Objects::isNull)
                : byPort.replaceIfPresent(port, known, next.toText());
    }

    @Override
    public Future<List<Claim>> at(int port) {
        return byPort.get(port).map(text -> claims(text).claims());
    }

    @Override
    public Future<List<Claim>> all() {
        return byPort.entries()
                .map(known -> known.values().stream()
                        .flatMap(text -> PortClaims.of(text).claims().stream())
                        .toList());
    }
}
