package io.tlstunnel.mux;

import io.tlstunnel.wire.StreamId;
import org.jspecify.annotations.Nullable;

/** What a peer knows of a stream: its books of both directions. "Ours" is the peer's, "theirs" that of the end under test. */
final class FuzzStream {
    private static final long NONE = -1;

    final StreamId id;
    /** Whether the peer opened it. */
    final boolean ours;

    /** Where it is; null and 0 if on none. */
    @Nullable
    FuzzTunnel tunnel;

    int channel;
    int attach;
    int attempt;
    /** OPEN has come, and OPENED is due. */
    boolean openedDue;
    /** The peer's OPEN or RESUME is unanswered. */
    boolean waits;
    /** Their OPEN was answered, or the peer's own. */
    boolean known;
    /** Their RESUME is to be answered. */
    boolean answerDue;

    /** Next offset to send, and the one behind what was ever sent. */
    long next;

    long sent;
    long fin = NONE;
    long allowed;
    long acknowledged;

    long received;
    boolean finReceived;
    long consumedTold;

    /** The peer has reset it; RESET is sent on this channel; theirs has come. */
    boolean resetting;

    boolean resetSent;
    boolean resetReceived;
    boolean over;

    FuzzStream(StreamId id, boolean ours) {
        this.id = id;
        this.ours = ours;
    }

    void on(FuzzTunnel where, int number) {
        tunnel = where;
        channel = number;
        openedDue = false;
        answerDue = false;
        resetSent = false;
    }

    void off() {
        tunnel = null;
        channel = 0;
        waits = false;
        answerDue = false;
        openedDue = false;
    }

    /** Both ends go on from there. */
    void goOn(long from, long newAllowed) {
        next = from;
        allowed = newAllowed;
        waits = false;
        known = true;
    }

    /** Bytes ever sent, without FIN. */
    long bytes() {
        return fin == NONE ? sent : fin;
    }

    /** Bytes that may be sent now. */
    long room() {
        long room = allowed - next;
        return fin == NONE && !resetting ? room : Math.min(room, bytes() - next);
    }

    boolean finDue() {
        return fin == NONE ? next == sent : next == fin;
    }

    void finSent() {
        fin = next;
        next++;
        sent = Math.max(sent, next);
    }

    void checkOver() {
        boolean clean = fin != NONE && acknowledged > fin && finReceived && consumedTold == received;
        if (clean || (resetSent && resetReceived)) {
            over = true;
            off();
        }
    }
}
