package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.StreamOutcome;
import io.tlstunnel.wire.StreamId;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the streams of a process ended that ended lately, for a peer that asks because it has not heard. Oldest out first.
 * Any thread.
 */
public final class Tombstones {
    /** Some 100 bytes each. */
    private static final int MOST = 65_536;

    /** How it ended, and how many bytes this end had sent. */
    record Tombstone(StreamId id, StreamRegistry owner, StreamOutcome outcome, long sent, long atNanos) {}

    private final long lifetimeNanos;
    private final LongSupplier nanoTime;
    private final Map<StreamId, Tombstone> byId = new ConcurrentHashMap<>();
    private final Queue<Tombstone> oldestFirst = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    /** @param lifetime {@code resume_timeout}: nobody asks later */
    public Tombstones(Duration lifetime, LongSupplier nanoTime) {
        this.lifetimeNanos = lifetime.toNanos();
        this.nanoTime = nanoTime;
    }

    void add(StreamRegistry owner, StreamId id, StreamOutcome outcome, long sent) {
        Tombstone tombstone = new Tombstone(id, owner, outcome, sent, nanoTime.getAsLong());
        byId.put(id, tombstone);
        oldestFirst.add(tombstone);
        count.incrementAndGet();
        removeOld(tombstone.atNanos());
    }

    private void removeOld(long now) {
        Tombstone oldest;
        while ((oldest = oldestFirst.peek()) != null
                && (count.get() > MOST || now - oldest.atNanos() > lifetimeNanos)
                && oldestFirst.remove(oldest)) {
            count.decrementAndGet();
            byId.remove(oldest.id(), oldest);
        }
    }

    /** The tombstone of a stream that belonged to {@code owner}, or null. */
    @Nullable
    Tombstone find(StreamRegistry owner, StreamId id) {
        Tombstone tombstone = byId.get(id);
        return tombstone == null || tombstone.owner() != owner ? null : tombstone;
    }

    /** How many there are. */
    public int size() {
        return count.get();
    }
}
