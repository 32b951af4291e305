package io.tlstunnel.mux;

/**
 * How much a peer should be allowed to send ahead: {@link #FIRST} bytes at first, soon {@link #USUAL} for a stream that
 * uses them, and more on a long path, by what is consumed in one round trip (dynamic right-sizing, Fisk and Feng, 2001).
 */
final class Window {

    /** Until it is known what the stream is used for. */
    static final int FIRST = 64 * 1024;

    /** At least what a tunnel lets out at all ({@link Flight#LEAST}): who gets how much is the sender's to decide. */
    static final int USUAL = 256 * 1024;

    /** Twice what a tunnel lets out, for the same reason. */
    private static final int ROUND_TRIPS = 4;

    private final int max;
    private int size;
    private boolean measuring;
    private long measuredAt;
    private long measuredConsumed;

    /** @param max bytes that it never passes */
    Window(int max) {
        this.max = max;
        this.size = Math.min(FIRST, max);
    }

    /** Bytes. */
    int size() {
        return size;
    }

    /**
     * Half of it was used.
     *
     * @param consumed bytes consumed since the stream began
     * @param roundTripNanos the least measured
     * @param longPath whether a larger window than the usual is more than a queue in front of the other streams
     */
    void used(long consumed, long nowNanos, long roundTripNanos, boolean longPath) {
        if (size < USUAL) {
            grow(USUAL, Math.min(max, USUAL));
        } else if (longPath) {
            measure(consumed, nowNanos, roundTripNanos);
        } else {
            size = USUAL;
        }
    }

    private void measure(long consumed, long nowNanos, long roundTripNanos) {
        long elapsed = nowNanos - measuredAt;
        if (measuring && elapsed < roundTripNanos) {
            return;
        }
        if (measuring) {
            grow(ROUND_TRIPS * (double) (consumed - measuredConsumed) * roundTripNanos / elapsed, max);
        }
        measuring = true;
        measuredAt = nowNanos;
        measuredConsumed = consumed;
    }

    private void grow(double wanted, int limit) {
        if (wanted > size && size < limit) {
            size = (int) Math.min(limit, Math.min(wanted, 2.0 * size));
        }
    }
}
