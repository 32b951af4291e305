package io.tlstunnel.e2e;

import java.time.Duration;

/**
 * What a path is like, the same both ways.
 *
 * @param bytesPerSecond that its narrowest line carries
 * @param delay from one end to the other
 */
record Shape(long bytesPerSecond, Duration delay) {
    private static final int SMALLEST_PACKET = 1_448;

    static Shape megabits(int perSecond, Duration delay) {
        return new Shape(perSecond * 1_000_000L / 8, delay);
    }

    /** Time that this many bytes take on the line. */
    long nanosFor(int bytes) {
        return bytes * 1_000_000_000L / bytesPerSecond;
    }

    /** What the router in front of the line holds: what the line carries while a byte goes there and back. */
    Duration queue() {
        return delay.multipliedBy(2);
    }

    /** Bytes that travel as one: what the line carries in a millisecond. */
    int packet() {
        return (int) Math.max(SMALLEST_PACKET, bytesPerSecond / 1_000);
    }
}
