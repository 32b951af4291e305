package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.Tunnel;

/** A tunnel and the thread that it lives on, which outlives it. Any thread, but for {@link #tunnel}. */
public interface TunnelHandle {

    /** The tunnel; used on its thread only. */
    Tunnel tunnel();

    /** Runs {@code task} on the tunnel's thread, after everything that was given to it before. */
    void run(Runnable task);

    /** Whether both live on one thread, so that nothing has to change hands. */
    boolean sharesThread(TunnelHandle other);

    /** Sends what was queued on the tunnel, once for all that is queued in this turn. On its thread. */
    void flushSoon();

    /** Monotonic time in nanoseconds, the same on every thread. */
    long nanoTime();

    /** Runs {@code task} on the tunnel's thread after {@code delayNanos}. */
    void runLater(long delayNanos, Runnable task);
}
