package io.tlstunnel.transport.limit;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many bytes a second each way, for all streams that share it. Any thread. */
public final class Bandwidth {
    /** Saved up while nothing moves: enough to make up for late timers, too little to be noticed. */
    private static final long SAVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TokenBucket fromVisitor;
    private final TokenBucket toVisitor;

    /** @param bytesPerSecond each way, 1 or more */
    public Bandwidth(long bytesPerSecond, LongSupplier nanoTime) {
        this.fromVisitor = new TokenBucket(bytesPerSecond, SAVED_NANOS, nanoTime);
        this.toVisitor = new TokenBucket(bytesPerSecond, SAVED_NANOS, nanoTime);
    }

    /** From now on that many, for the streams that run too. */
    public void bytesPerSecond(long changed) {
        fromVisitor.perSecond(changed);
        toVisitor.perSecond(changed);
    }

    TokenBucket fromVisitor() {
        return fromVisitor;
    }

    TokenBucket toVisitor() {
        return toVisitor;
    }
}
