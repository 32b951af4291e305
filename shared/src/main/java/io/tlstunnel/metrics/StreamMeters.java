package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.tlstunnel.wire.ResetCode;
import org.jspecify.annotations.Nullable;

/**
 * Streams and their bytes: exact for the process, and by proxy for as many proxies as {@code metrics_max_proxies} says.
 * Any thread; {@link #published} takes a lock and belongs to publishing, not to the path of the bytes.
 */
public final class StreamMeters {

    static final String IN = "in";
    static final String OUT = "out";

    private static final String ENDED = "streams";
    private static final String ENDED_HELP = "Streams that ended, by reason; clean: both sides finished";
    private static final String BYTES = "stream_bytes";
    private static final String BYTES_HELP =
            "Bytes of streams without any overhead; in: visitor to service, out: service to visitor";

    private final UpDown open;
    private final Counter suspended;
    private final Counter moved;
    private final Counter clean;
    private final Tally<ResetCode> reset;
    private final Counter in;
    private final Counter out;
    private final ProxyMeters proxies;

    /** Proxies that are gone leave their series {@code registry} by the way, before it is read. */
    public StreamMeters(MetricsRegistry registry, Meters meters, int maxProxies) {
        open = meters.upDown("streams_open", "Streams that are open now, suspended ones included");
        suspended = meters.counter("streams_suspended", "Times that a stream lost its tunnel", Tags.empty());
        moved = meters.counter("streams_moved", "Times that a stream went to another tunnel to go on", Tags.empty());
        clean = meters.counter(ENDED, ENDED_HELP, Tags.of("reason", "clean"));
        reset = meters.tally(ENDED, ENDED_HELP, ResetCode.class, Meters.Label.of("reason"));
        in = meters.counter(BYTES, BYTES_HELP, Tags.of("direction", IN));
        out = meters.counter(BYTES, BYTES_HELP, Tags.of("direction", OUT));
        proxies = new ProxyMeters(this, meters, maxProxies, System::nanoTime);
        registry.beforeScrape(proxies::sweep);
    }

    /**
     * The meter for the streams of a proxy that is published now; {@link ProxyMeter#unpublished} gives it back. Beyond
     * {@code metrics_max_proxies} all share one, called {@code other}.
     */
    public ProxyMeter published(String client, String proxy) {
        return proxies.published(client, proxy);
    }

    void opened() {
        open.up();
    }

    /** A tunnel is lost that had so many streams on it. */
    public void suspended(int streams) {
        suspended.increment(streams);
    }

    /** A stream has gone to another tunnel. */
    public void moved() {
        moved.increment();
    }

    void bytes(long inward, long outward) {
        in.increment((double) inward);
        out.increment((double) outward);
    }

    void ended(@Nullable ResetCode code) {
        open.down();
        if (code == null) {
            clean.increment();
        } else {
            reset.count(code);
        }
    }

    public long open() {
        return open.value();
    }

    public long ended() {
        return (long) clean.count() + reset.total();
    }

    /** Bytes from visitors to services. */
    public long bytesIn() {
        return (long) in.count();
    }

    /** Bytes from services to visitors. */
    public long bytesOut() {
        return (long) out.count();
    }
}
