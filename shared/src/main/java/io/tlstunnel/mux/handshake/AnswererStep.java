package io.tlstunnel.mux.handshake;

import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.SessionRef;
import org.jspecify.annotations.Nullable;

/**
 * What the answering side does after a frame.
 *
 * @param <E> the permissions behind a key
 */
public sealed interface AnswererStep<E> {

    /** Send this CHALLENGE and wait for PROOF. */
    record SendChallenge<E>(byte[] challenge) implements AnswererStep<E> {
        @Override
        public String toString() {
            return "SendChallenge";
        }
    }

    /**
     * The key is proved: settle the session, then {@link AnswererHandshake#welcome} or {@link AnswererHandshake#refuse}.
     *
     * @param name client name, or node id on a link
     * @param entry what the proved key allows
     * @param provedSession the session that it has shown to be its own, or null
     * @param claimedSession the session that it named without showing that, or null; for the log only
     * @param peerInitialWindow bytes that may be sent to it on a channel right behind OPEN
     */
    record Admitted<E>(
            String name,
            E entry,
            @Nullable SessionRef provedSession,
            @Nullable SessionRef claimedSession,
            int peerInitialWindow,
            BindingUsed binding,
            int version,
            long features)
            implements AnswererStep<E> {}

    /**
     * Send the GOAWAY, log the reason under the reference, close.
     *
     * @param reference random; all that the wire tells
     * @param reason one sentence for this node's log only
     */
    record Refused<E>(Cause cause, String reference, String reason, byte[] goAway) implements AnswererStep<E> {
        @Override
        public String toString() {
            return "Refused[" + cause + ", " + reference + ", " + reason + "]";
        }
    }

    /**
     * The dialling side ended the handshake: log and close.
     *
     * @param reason one sentence for this node's log; its text is the peer's, made fit for a log line
     */
    record PeerLeft<E>(GoAwayCode code, String reason) implements AnswererStep<E> {}

    /** Why the answering side says no. */
    enum Cause {
        /** No protocol version in common. */
        VERSION,
        /** No entry for the name, and no wildcard client. */
        UNKNOWN_NAME,
        /** None of the name's keys made the proof. */
        WRONG_KEY,
        /** The right key, but on a connection with another certificate: somebody is in between. */
        OTHER_CERTIFICATE,
        /** The right key, but not bound as was wanted. */
        NOT_BOUND,
        /** Whoever decides about sessions said no. */
        HOST
    }
}
