package io.tlstunnel.transport.front;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a connection is being waited for, and how long. On its loop. */
final class Deadline {
    private final Channel channel;
    private @Nullable Future<?> timer;
    private long touched;

    Deadline(Channel channel) {
        this.channel = channel;
        channel.closeFuture().addListener(closed -> clear());
    }

    /** Runs {@code late} when {@code time} has gone by since the last {@link #touch}; replaces an earlier one. */
    void set(Duration time, Runnable late) {
        clear();
        touch();
        schedule(time.toNanos(), time.toNanos(), late);
    }

    /** Something moved: the time starts anew. Cheap: the timer looks when it fires. */
    void touch() {
        touched = System.nanoTime();
    }

    void clear() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long inNanos, long nanos, Runnable late) {
        timer = channel.eventLoop()
                .schedule(
                        () -> {
                            long left = touched + nanos - System.nanoTime();
                            if (left > 0) {
                                schedule(left, nanos, late);
                            } else {
                                late.run();
                            }
                        },
                        inNanos,
                        TimeUnit.NANOSECONDS);
    }
}
