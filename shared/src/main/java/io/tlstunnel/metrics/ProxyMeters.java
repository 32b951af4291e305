package io.tlstunnel.metrics;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Keeps the number of per-proxy series bounded. The series of a proxy that is gone stay for {@link #LINGER}, so that its
 * last figures are still read, and leave earlier where a new proxy needs the room. They leave without being added to
 * {@code other}: that would show as a burst of traffic that never was. What must never fall is counted by
 * {@link StreamMeters}.
 */
final class ProxyMeters {

    /** A few scrapes, at the usual interval of 15 to 60 s. */
    static final Duration LINGER = Duration.ofMinutes(5);

    private static final Key OTHER = new Key("other", "other");

    private final StreamMeters totals;
    private final Meters meters;
    private final int max;
    private final LongSupplier nanoTime;
    private final Map<Key, ProxyMeter> byKey = new HashMap<>();
    private final ProxyMeter other;

    ProxyMeters(StreamMeters totals, Meters meters, int max, LongSupplier nanoTime) {
        this.totals = totals;
        this.meters = meters;
        this.max = max;
        this.nanoTime = nanoTime;
        this.other = new ProxyMeter(this, totals, meters, OTHER);
    }

    synchronized ProxyMeter published(String client, String proxy) {
        final Key key = new Key(client, proxy);
        if (key.equals(OTHER)) {
            return other;
        }
        ProxyMeter meter = byKey.get(key);
        if (meter == null) {
            if (!hasRoom()) {
                return other;
            }
            meter = new ProxyMeter(this, totals, meters, key);
            byKey.put(key, meter);
        }
        meter.publish();
        return meter;
    }

    synchronized void unpublished(ProxyMeter meter) {
        if (meter != other) {
            meter.unpublish(nanoTime.getAsLong());
        }
    }

    /** Lets go of what has been gone for {@link #LINGER}. */
    synchronized void sweep() {
        final long now = nanoTime.getAsLong();
        byKey.values().removeIf(meter -> {
            meter.see(now);
            final boolean over = meter.isGone() && now - meter.goneSince() >= LINGER.toNanos();
            if (over) {
                remove(meter);
            }
            return over;
        });
    }

    private boolean hasRoom() {
        if (byKey.size() < max) {
            return true;
        }
        final long now = nanoTime.getAsLong();
        return byKey.entrySet().stream()
                .filter(entry -> entry.getValue().isGone())
                .max(Comparator.comparingLong(entry -> now - entry.getValue().goneSince()))
                .map(entry -> {
                    remove(entry.getValue());
                    return byKey.remove(entry.getKey());
                })
                .isPresent();
    }

    private void remove(ProxyMeter meter) {
        meter.meters().forEach(meters::remove);
    }

    /** What tells series apart. */
    record Key(String client, String proxy) {}
}
