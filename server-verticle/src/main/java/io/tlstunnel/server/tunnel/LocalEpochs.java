package io.tlstunnel.server.tunnel;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Epochs of a single node. Control context only. */
public final class LocalEpochs implements Epochs {
    private static final long KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private record Known(SessionRef ref, long usedAtMillis) {}

    private final SecureRandom random;
    private final LongSupplier millis;
    private final Map<String, Known> byName = new HashMap<>();

    /** @param millis wall clock */
    public LocalEpochs(SecureRandom random, LongSupplier millis) {
        this.random = random;
        this.millis = millis;
    }

    @Override
    public Future<Ruling> rule(String name, @Nullable SessionRef proved) {
        long now = millis.getAsLong();
        byName.values().removeIf(known -> now - known.usedAtMillis() > KEPT_MILLIS);
        Known known = byName.get(name);
        Ruling ruling = Epochs.rule(known == null ? null : known.ref(), proved, random.nextLong(), random.nextLong());
        if (ruling instanceof Ruling.Counts counts) {
            byName.put(name, new Known(counts.session(), now));
        }
        return Future.succeededFuture(ruling);
    }
}
