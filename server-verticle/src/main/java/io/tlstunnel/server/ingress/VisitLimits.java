package io.tlstunnel.server.ingress;

import io.tlstunnel.config.VisitRules;
import io.tlstunnel.transport.limit.Bandwidth;
import io.tlstunnel.transport.limit.TokenBucket;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What counts against the limits of one client, or of one proxy. Changed on the control context, used on any thread. */
final class VisitLimits {
    /** New connections may come all at once, as many as a second has. */
    private static final long SAVED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private volatile @Nullable TokenBucket streams;
    private volatile @Nullable Bandwidth bandwidth;

    VisitLimits(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Counts on under other figures; a limit that stays keeps its count. */
    VisitLimits under(VisitRules rules) {
        TokenBucket known = streams;
        if (rules.streamsPerSecond() == 0) {
            streams = null;
        } else if (known == null) {
            streams = new TokenBucket(rules.streamsPerSecond(), SAVED_NANOS, nanoTime);
        } else {
            known.perSecond(rules.streamsPerSecond());
        }
        Bandwidth shared = bandwidth;
        if (rules.bandwidth() == 0) {
            bandwidth = null;
        } else if (shared == null) {
            bandwidth = new Bandwidth(rules.bandwidth(), nanoTime);
        } else {
            shared.bytesPerSecond(rules.bandwidth());
        }
        return this;
    }

    /** Counts a connection in, if one more may come now. */
    boolean enter() {
        TokenBucket bucket = streams;
        return bucket == null || bucket.tryTake(1);
    }

    /** Takes back what {@link #enter} counted. */
    void putBack() {
        TokenBucket bucket = streams;
        if (bucket != null) {
            bucket.putBack(1);
        }
    }

    @Nullable
    Bandwidth bandwidth() {
        return bandwidth;
    }
}
