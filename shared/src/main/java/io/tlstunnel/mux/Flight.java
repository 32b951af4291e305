package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a tunnel has sent and its peer may not have received yet, over all streams. PINGs among the data find it out, and
 * the round trip with it: so much is let out as the path holds, twice what arrives in the least round trip (after BBR,
 * Cardwell et al., 2016). More would only wait in a queue somewhere, and the next stream's bytes behind it.
 */
final class Flight {

    /** As much is always let out: on a path with a short round trip less would cost speed. */
    static final int LEAST = 256 * 1024;

    private static final int LEAST_BETWEEN_PROBES = 64 * 1024;
    private static final int PROBES_IN_FLIGHT = 4;

    private static final long RENEW_NANOS = 1_000_000_000;
    private static final long LONG_NANOS = 2_000_000;

    /** Samples, and their time, without which a path is not believed to be long: the first ones find cold code. */
    private static final int ENOUGH_SAMPLES = 3;

    private static final long ENOUGH_NANOS = 250_000_000;

    /** Of a peer that does not answer only the latest count. */
    private static final int MAX_PROBES = 64;

    private record Probe(long sentAt, long position, long receivedBefore) {}

    private final ArrayDeque<Probe> probes = new ArrayDeque<>();
    private long sent;
    private long received;
    private long probed;
    private long limit = LEAST;
    private boolean limited;
    private long leastRoundTrip = Long.MAX_VALUE;
    private int samples;
    private long sampledAt;

    /** Bytes of streams sent since the tunnel began. */
    long sent() {
        return sent;
    }

    void sent(int bytes) {
        sent += bytes;
    }

    /** Whether more may be let out. */
    boolean hasRoom() {
        boolean room = sent - received < limit;
        limited |= !room;
        return room;
    }

    /** Whether a PING should follow the data that was written last. */
    boolean probeDue() {
        return sent - probed >= Math.max(LEAST_BETWEEN_PROBES, limit / PROBES_IN_FLIGHT);
    }

    /** Whether the round trip is not known well and nothing is on its way to find it out. */
    boolean roundTripDue(long nowNanos) {
        boolean inDoubt = samples < ENOUGH_SAMPLES || leastRoundTrip >= LONG_NANOS;
        return probes.isEmpty() && (inDoubt || nowNanos - sampledAt >= RENEW_NANOS);
    }

    /** The PING that is written now. */
    Frame.Ping probe(long nowNanos) {
        if (probes.size() >= MAX_PROBES) {
            probes.removeFirst();
        }
        probes.addLast(new Probe(nowNanos, sent, received));
        probed = sent;
        return new Frame.Ping(nowNanos);
    }

    /**
     * A PONG has come. One may stand for several PINGs: their last.
     *
     * @return round trip in nanoseconds, or -1 if it answers nothing that was asked
     */
    long answered(long opaque, long nowNanos) {
        Probe probe = take(opaque);
        if (probe == null) {
            return -1;
        }
        long roundTrip = Math.max(1, nowNanos - opaque);
        leastRoundTrip = Math.min(leastRoundTrip, roundTrip);
        samples++;
        sampledAt = nowNanos;
        adjust(probe, roundTrip);
        received = Math.max(received, probe.position());
        return roundTrip;
    }

    private @Nullable Probe take(long opaque) {
        int index = 0;
        for (Probe probe : probes) {
            index++;
            if (probe.sentAt() == opaque) {
                for (; index > 0; index--) {
                    probes.removeFirst();
                }
                return probe;
            }
        }
        return null;
    }

    private void adjust(Probe probe, long roundTrip) {
        long inRoundTrip = probe.position() - probe.receivedBefore();
        long wanted = (long) (2.0 * inRoundTrip * leastRoundTrip / roundTrip);
        if (wanted > limit) {
            limit = Math.min(wanted, 2 * limit);
        } else if (limited) {
            // By an eighth at a time: one late answer says little.
            limit = Math.max(LEAST, Math.max(wanted, limit - limit / 8));
        }
        limited = false;
    }

    /** Whether nothing is known of the round trip, nor on its way. */
    boolean isUnknown() {
        return samples == 0 && probes.isEmpty();
    }

    /** The least round trip in nanoseconds; 0 while none is known. */
    long roundTrip() {
        return samples == 0 ? 0 : leastRoundTrip;
    }

    /** Whether the path is so long that a window of the usual size may not fill it. */
    boolean isLong() {
        return samples >= ENOUGH_SAMPLES && leastRoundTrip >= LONG_NANOS && samples * leastRoundTrip >= ENOUGH_NANOS;
    }
}
