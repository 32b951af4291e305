package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.wire.StreamId;

/**
 * A stream and where it lives: on the thread of the tunnel that it is on, or was on last. Any thread may give it tasks;
 * they find it, wherever it has gone meanwhile.
 */
public final class StreamHandle {
    private static final long FIRST_RETRY_NANOS = 200_000_000;
    private static final long LONGEST_RETRY_NANOS = 2_000_000_000;
    private static final int MOST_DOUBLINGS = 8;

    private final Stream stream;
    private final StreamId id;
    private final Companion companion;
    private volatile TunnelHandle home;
    private int timesUnreachable;

    public StreamHandle(Stream stream, TunnelHandle home, Companion companion) {
        this.stream = stream;
        this.id = stream.id();
        this.home = home;
        this.companion = companion;
    }

    /** The stream; used on its thread only. */
    public Stream stream() {
        return stream;
    }

    public StreamId id() {
        return id;
    }

    /** Where it lives; may change at any time, but not while a task on its thread runs. */
    public TunnelHandle home() {
        return home;
    }

    /** Runs {@code task} on the stream's thread. Any thread. */
    public void run(Runnable task) {
        TunnelHandle at = home;
        at.run(() -> {
            if (at == home) {
                task.run();
            } else {
                run(task);
            }
        });
    }

    /** Ends the stream, which is suspended, unless it goes on within {@code nanos} of when it lost its tunnel. On its thread. */
    void expireAfter(long nanos) {
        long since = stream.suspendedAtNanos();
        home.runLater(nanos, () -> run(() -> stream.expire(since)));
    }

    /** How long to wait before it asks again, after it asked in vain: 0.2 s, doubling to 2 s. On its thread. */
    long nextRetryNanos() {
        return Math.min(LONGEST_RETRY_NANOS, FIRST_RETRY_NANOS << Math.min(timesUnreachable++, MOST_DOUBLINGS));
    }

    /** Brings the stream, which is suspended, to the thread of {@code next}, and runs {@code arrived} there. On its thread. */
    void move(TunnelHandle next, Runnable arrived) {
        if (home.sharesThread(next)) {
            companion.leave(next);
            home = next;
            companion.arrive(next);
            arrived.run();
            return;
        }
        companion.leave(next);
        FarSocket far = companion.follow(next);
        if (far != null) {
            stream.replaceFar(far);
        }
        home = next;
        next.run(() -> {
            companion.arrive(next);
            arrived.run();
        });
    }
}
