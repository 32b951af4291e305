package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.tlstunnel.wire.ResetCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the streams of one proxy, and with it those of the process. A stream counts its bytes in plain fields and hands
 * over the difference now and then, at the latest at its end. Any thread; only {@link #unpublished} takes a lock.
 */
public final class ProxyMeter {

    private final ProxyMeters owner;
    private final StreamMeters totals;
    private final UpDown open = new UpDown();
    private final Counter in;
    private final Counter out;
    private final Counter ended;
    private final Gauge openGauge;

    /** How often it is published now, and since when it is not, by the owner's clock; guarded by the owner. */
    private int publications;

    private long goneSince;

    ProxyMeter(ProxyMeters owner, StreamMeters totals, Meters meters, ProxyMeters.Key key) {
        this.owner = owner;
        this.totals = totals;
        final Tags tags = Tags.of("client", key.client(), "proxy", key.proxy());
        final String help =
                "Bytes of a proxy's streams; in: visitor to service, out: service to visitor; proxies beyond"
                        + " metrics_max_proxies count as other";
        in = meters.counter("proxy_bytes", help, tags.and("direction", StreamMeters.IN));
        out = meters.counter("proxy_bytes", help, tags.and("direction", StreamMeters.OUT));
        ended = meters.counter("proxy_streams", "Streams of a proxy that ended, for whatever reason", tags);
        openGauge = meters.gauge("proxy_streams_open", "Streams of a proxy that are open now", tags, open::value);
    }

    /** A stream begins. */
    public void streamOpened() {
        open.up();
        totals.opened();
    }

    /**
     * Adds bytes of a stream, 0 or more each way.
     *
     * @param inward from the visitor to the service
     * @param outward from the service to the visitor
     */
    public void bytes(long inward, long outward) {
        in.increment((double) inward);
        out.increment((double) outward);
        totals.bytes(inward, outward);
    }

    /** A stream is over; {@code code} is null if both sides finished cleanly. */
    public void streamEnded(@Nullable ResetCode code) {
        open.down();
        ended.increment();
        totals.ended(code);
    }

    /**
     * The proxy is no longer published. Streams that still run go on counting here. Called once per
     * {@link StreamMeters#published}.
     */
    public void unpublished() {
        owner.unpublished(this);
    }

    void publish() {
        publications++;
    }

    void unpublish(long now) {
        publications--;
        goneSince = now;
    }

    boolean isGone() {
        return publications == 0 && open.value() == 0;
    }

    /** Gone counts from when it was last seen in use: streams may outlive the publication. */
    void see(long now) {
        if (!isGone()) {
            goneSince = now;
        }
    }

    long goneSince() {
        return goneSince;
    }

    List<Meter> meters() {
        return List.of(in, out, ended, openGauge);
    }
}
