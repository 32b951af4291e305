package io.tlstunnel.server.tunnel;

import io.tlstunnel.wire.SessionRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The highest session known of each client name, kept for a day after it was last used. Control context only. */
final class Epochs {
    private static final long KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private record Known(SessionRef ref, long usedAtMillis) {}

    private final Map<String, Known> byName = new HashMap<>();

    /** The highest session of that name, or null. */
    @Nullable
    SessionRef highest(String name, long nowMillis) {
        Known known = byName.get(name);
        return known == null || nowMillis - known.usedAtMillis() > KEPT_MILLIS ? null : known.ref();
    }

    /** Epoch for a new session of that name. */
    long next(String name, long nowMillis) {
        SessionRef highest = highest(name, nowMillis);
        return highest == null ? 1 : highest.epoch() + 1;
    }

    void use(String name, SessionRef ref, long nowMillis) {
        byName.put(name, new Known(ref, nowMillis));
    }

    /** Forgets what is older than a day. */
    void expire(long nowMillis) {
        byName.values().removeIf(known -> nowMillis - known.usedAtMillis() > KEPT_MILLIS);
    }
}
