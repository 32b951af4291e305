package io.tlstunnel.server.tunnel;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** Notices two clients that fight for one name. Control context only. */
final class Takeovers {
    private static final int MANY = 3;
    private static final long WITHIN_MILLIS = 60_000;

    private final Map<String, ArrayDeque<Long>> byName = new HashMap<>();

    /** Notes a takeover; says whether there were {@value #MANY} within a minute. */
    boolean note(String name, long nowMillis) {
        ArrayDeque<Long> times = byName.computeIfAbsent(name, ignored -> new ArrayDeque<>());
        times.addLast(nowMillis);
        while (times.size() > MANY) {
            times.removeFirst();
        }
        return times.size() == MANY && nowMillis - times.getFirst() <= WITHIN_MILLIS;
    }

    /** Forgets names without a takeover in the last minute. */
    void expire(long nowMillis) {
        byName.values().removeIf(times -> nowMillis - times.getLast() > WITHIN_MILLIS);
    }
}
