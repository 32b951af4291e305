package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * A stream and where it lives: on the thread of the tunnel that it is on, or was on last. Any thread may give it tasks;
 * they find it, wherever it has gone meanwhile.
 */
public final class StreamHandle {
    private static final long FIRST_RETRY_NANOS = 200_000_000;
    private static final long LONGEST_RETRY_NANOS = 2_000_000_000;
    private static final int MOST_DOUBLINGS = 8;
    private static final long FIRST_TRY_NANOS = 50_000_000;
    private static final long LONGEST_TRY_NANOS = 500_000_000;

    private final Stream stream;
    private final StreamId id;
    private final Companion companion;
    private final SuspendedStreams suspended;
    private volatile TunnelHandle home;
    /** Where it is on its way to: what is given to it meanwhile goes behind it. */
    private volatile @Nullable TunnelHandle leavingTo;

    /** When it has to have gone on; looked at by one timer, however often it is suspended. */
    private long deadline;

    /**
     * The peer's latest repeated OPEN.
     *
     * @param sinceNanos since when the stream waited then: once it has gone on the OPEN is answered
     */
    private record Reopened(TunnelHandle tunnel, Frame.Open open, long sinceNanos) {}

    private @Nullable Reopened reopened;

    private boolean armed;
    private int timesUnreachable;
    private int timesRefused;

    StreamHandle(Stream stream, TunnelHandle home, Companion companion, SuspendedStreams suspended) {
        this.stream = stream;
        this.id = stream.id();
        this.home = home;
        this.companion = companion;
        this.suspended = suspended;
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
            // In this order: an arrival says where it is before it says that it is there.
            TunnelHandle next = leavingTo;
            if (at != home) {
                run(task);
            } else if (next != null) {
                next.run(() -> run(task));
            } else {
                task.run();
            }
        });
    }

    /** Ends the stream, which is suspended, unless it goes on within {@code nanos} of when it lost its tunnel. On its thread. */
    void expireAfter(long nanos) {
        deadline = stream.suspendedAtNanos() + nanos;
        suspended.add(this);
        if (!armed) {
            armed = true;
            arm();
        }
    }

    private void arm() {
        home.runLater(Math.max(0, deadline - home.nanoTime()), () -> run(this::due));
    }

    private void due() {
        if (!stream.isWaiting()) {
            armed = false;
            suspended.remove(this);
        } else if (home.nanoTime() - deadline < 0) {
            arm();
        } else {
            armed = false;
            stream.expire();
        }
    }

    /**
     * The peer has opened the stream again, over {@code tunnel}, and hears of it by RESUME; should it end before it goes on,
     * by RESET there: nothing else would tell a peer whose tunnel lives. On its thread.
     */
    void openedAgain(TunnelHandle tunnel, Frame.Open open) {
        reopened = new Reopened(tunnel, open, stream.suspendedAtNanos());
        if (stream.isFinished()) {
            tellEnd(reopened);
        }
    }

    /** The stream is over. On its thread. */
    void ended() {
        suspended.remove(this);
        Reopened last = reopened;
        if (last != null && last.sinceNanos() == stream.suspendedAtNanos()) {
            tellEnd(last);
        }
    }

    private static void tellEnd(Reopened last) {
        TunnelHandle tunnel = last.tunnel();
        tunnel.run(() -> {
            tunnel.tunnel().refuseEnded(last.open());
            tunnel.flushSoon();
        });
    }

    /** How long to wait before it asks again, after it asked in vain: 0.2 s, doubling to 2 s. On its thread. */
    long nextRetryNanos() {
        return doubled(FIRST_RETRY_NANOS, timesUnreachable++, LONGEST_RETRY_NANOS);
    }

    /** How long to wait before it tries the next relay: nothing at first, then 50 ms, doubling to 0.5 s. On its thread. */
    long nextTryNanos() {
        int before = timesRefused++;
        return before == 0 ? 0 : doubled(FIRST_TRY_NANOS, before - 1, LONGEST_TRY_NANOS);
    }

    private static long doubled(long first, int times, long most) {
        return Math.min(most, first << Math.min(times, MOST_DOUBLINGS));
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
        leavingTo = next;
        next.run(() -> {
            home = next;
            leavingTo = null;
            companion.arrive(next);
            arrived.run();
        });
    }
}
