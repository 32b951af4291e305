package io.tlstunnel.mux;

/** Time and timers, given from outside: an event loop's on sockets, virtual ones in a simulation. */
public interface Timers {

    /** Monotonic time in nanoseconds; only differences mean something. */
    long nanoTime();

    /** Runs {@code task} once, on the tunnel's thread, after {@code delayNanos}. */
    Timer schedule(long delayNanos, Runnable task);

    /** A scheduled task. */
    interface Timer {
        /** Prevents the task from running, if it has not run yet. Idempotent. */
        void cancel();
    }
}
