package io.tlstunnel.mux;

import org.jspecify.annotations.Nullable;

/**
 * A stream's place on one tunnel: its number there, and the marks of the tunnel's lists. A stream that resumes elsewhere
 * leaves its channel behind, empty.
 */
final class Channel {
    private final Tunnel tunnel;
    private @Nullable Stream stream;
    private int number;

    /** Bytes that it may write beyond its turn's quantum (deficit round-robin). */
    int deficit;

    /** Whether it uses less than its share. */
    final Share share = new Share();

    /** Marks of the scheduler's lists, so that a channel stands in each at most once. */
    boolean inReady;

    boolean inPaused;
    boolean inUnacknowledged;

    Channel(Tunnel tunnel, Stream stream) {
        this.tunnel = tunnel;
        this.stream = stream;
    }

    Tunnel tunnel() {
        return tunnel;
    }

    /** The stream on it; null once the stream is over or has left. */
    @Nullable
    Stream stream() {
        return stream;
    }

    /** Its number on the wire; 0 until its OPEN or RESUME is written. */
    int number() {
        return number;
    }

    void number(int taken) {
        number = taken;
    }

    /** The stream is over, or has left. */
    void clear() {
        stream = null;
    }
}
