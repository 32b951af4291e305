package io.tlstunnel.server.cluster;

import io.tlstunnel.server.tunnel.Epochs;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.shareddata.AsyncMap;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Epochs of a cluster, in a map that all its nodes share; changed by compare-and-set. Any thread. */
public final class SharedEpochs implements Epochs {
    /** Hazelcast forgets what nobody has asked for in a day. */
    static final String MAP = "tunnel.epochs";

    private final AsyncMap<String, String> byName;
    private final SecureRandom random;

    private SharedEpochs(AsyncMap<String, String> byName, SecureRandom random) {
        this.byName = byName;
        this.random = random;
    }

    /** Those of the cluster that {@code vertx} is a member of. */
    public static Future<Epochs> of(Vertx vertx, SecureRandom random) {
        return vertx.sharedData().<String, String>getAsyncMap(MAP).map(map -> new SharedEpochs(map, random));
    }

    @Override
    public Future<Ruling> rule(String name, @Nullable SessionRef proved) {
        return byName.get(name).compose(known -> {
            Ruling ruling =
                    Epochs.rule(known == null ? null : read(known), proved, random.nextLong(), random.nextLong());
            if (!(ruling instanceof Ruling.Counts counts)) {
                return Future.succeededFuture(ruling);
            }
            return replace(name, known, write(counts.session()))
                    .compose(done -> done ? Future.succeededFuture(ruling) : rule(name, proved));
        });
    }

    private Future<Boolean> replace(String name, @Nullable String known, String next) {
        if (next.equals(known)) {
            return Future.succeededFuture(true);
        }
        return known == null
                ? byName.putIfAbsent(name, next).map(Objects::isNull)
                : byName.replaceIfPresent(name, known, next);
    }

    private static String write(SessionRef session) {
        return new JsonArray()
                .add(session.idHigh())
                .add(session.idLow())
                .add(session.epoch())
                .encode();
    }

    static SessionRef read(String text) {
        JsonArray array = new JsonArray(text);
        return new SessionRef(array.getLong(0), array.getLong(1), array.getLong(2));
    }
}
