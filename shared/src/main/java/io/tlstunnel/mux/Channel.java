package io.tlstunnel.mux;

import org.jspecify.annotations.Nullable;

/**
 * A place on one tunnel: its number there, what it leads to, and the marks of the tunnel's lists. A stream that resumes
 * elsewhere leaves its channel behind, empty.
 */
final class Channel {
    private final Tunnel tunnel;
    private @Nullable ChannelEnd end;
    private int number;

    /** Bytes that it may write beyond its turn's quantum (deficit round-robin). */
    int deficit;

    /** Whether it uses less than its share. */
    final Share share = new Share();

    /** Marks of the scheduler's lists, so that a channel stands in each at most once. */
    boolean inReady;

    boolean inPaused;
    boolean inUnacknowledged;

    Channel(Tunnel tunnel, ChannelEnd end) {
        this.tunnel = tunnel;
        this.end = end;
    }

    Tunnel tunnel() {
        return tunnel;
    }

    /** What it leads to; null once that is over or has left. */
    @Nullable
    ChannelEnd end() {
        return end;
    }

    /** The stream on it; null if it leads elsewhere, and once the stream is over or has left. */
    @Nullable
    Stream stream() {
        return end instanceof Stream stream ? stream : null;
    }

    /** Its number on the wire; 0 until its OPEN or RESUME is written. */
    int number() {
        return number;
    }

    void number(int taken) {
        number = taken;
    }

    /** What it led to is over, or has left. */
    void clear() {
        end = null;
    }
}
