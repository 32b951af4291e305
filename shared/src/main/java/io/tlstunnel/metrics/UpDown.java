package io.tlstunnel.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How many of something there are right now. Each {@link #up} has one {@link #down}. Any thread, never waits. */
public final class UpDown {

    private final LongAdder count = new LongAdder();

    UpDown() {}

    public void up() {
        count.increment();
    }

    public void down() {
        count.decrement();
    }

    /** The count now; while others change it, any value it had meanwhile. */
    public long value() {
        return count.sum();
    }
}
