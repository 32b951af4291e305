package io.tlstunnel.e2e;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** The highest that a figure has been, looked at all the time until this is closed. */
final class Highest implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private volatile long value = Long.MIN_VALUE;
    private volatile boolean stopped;

    Highest(LongSupplier figure) {
        Thread watcher = new Thread(
                () -> {
                    while (!stopped) {
                        value = Math.max(value, figure.getAsLong());
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                },
                "highest");
        watcher.setDaemon(true);
        watcher.start();
    }

    long value() {
        return value;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
