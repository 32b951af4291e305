package io.tlstunnel.mux;

import java.time.Duration;

/**
 * Finds out whether the peer lives: PING after {@code pingInterval} of silence, and at once when data has waited
 * unacknowledged for {@value #STALLED_SECONDS} s; dead after {@code deadAfter} without any byte from the peer.
 */
final class KeepAlive {
    private static final long STALLED_SECONDS = 2;
    private static final long STALLED_NANOS = STALLED_SECONDS * 1_000_000_000L;
    private static final long LONGEST_CHECK_NANOS = 1_000_000_000L;

    /** What the tunnel does when asked. */
    interface Host {
        void ping();

        boolean dataWaits();

        void dead(String reason);
    }

    private final Timers timers;
    private final Host host;
    private final long pingNanos;
    private final long deadNanos;
    private final long checkNanos;
    private Timers.Timer timer;
    private long heardAt;
    private long pingedAt;
    private long progressAt;

    KeepAlive(Timers timers, Duration pingInterval, Duration deadAfter, Host host) {
        this.timers = timers;
        this.host = host;
        this.pingNanos = pingInterval.toNanos();
        this.deadNanos = deadAfter.toNanos();
        this.checkNanos = Math.min(LONGEST_CHECK_NANOS, Math.min(pingNanos, deadNanos) / 2);
        this.heardAt = timers.nanoTime();
        this.pingedAt = heardAt;
        this.progressAt = heardAt;
        this.timer = timers.schedule(checkNanos, this::check);
    }

    /** The peer was heard. */
    void heard() {
        heardAt = timers.nanoTime();
    }

    /** The peer acknowledged something. */
    void progress() {
        progressAt = heardAt;
    }

    void stop() {
        timer.cancel();
    }

    private void check() {
        long now = timers.nanoTime();
        if (now - heardAt >= deadNanos) {
            host.dead("nothing heard for " + deadNanos / 1_000_000 + " ms");
            return;
        }
        boolean silent = now - heardAt >= pingNanos && now - pingedAt >= pingNanos;
        boolean stalled = now - progressAt >= STALLED_NANOS && now - pingedAt >= STALLED_NANOS && host.dataWaits();
        if (silent || stalled) {
            pingedAt = now;
            host.ping();
        }
        timer = timers.schedule(checkNanos, this::check);
    }
}
