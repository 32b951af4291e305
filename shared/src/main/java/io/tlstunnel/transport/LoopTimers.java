package io.tlstunnel.transport;

import io.netty.util.concurrent.Future;
import io.tlstunnel.mux.Timers;
import java.util.concurrent.TimeUnit;

/** Timers of an event loop, in its context. On that loop only. */
public final class LoopTimers implements Timers {
    private final EventLoopContext loop;

    public LoopTimers(EventLoopContext loop) {
        this.loop = loop;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Future<?> scheduled = loop.eventLoop().schedule(() -> loop.run(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }
}
