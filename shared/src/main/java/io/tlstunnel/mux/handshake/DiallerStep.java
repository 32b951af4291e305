package io.tlstunnel.mux.handshake;

import io.tlstunnel.security.ResumeSecret;
import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;

/** What the dialling side does after a frame. All but {@link SendProof} end its handshake. */
public sealed interface DiallerStep {

    /** Send this PROOF and wait for WELCOME. */
    record SendProof(byte[] proof) implements DiallerStep {
        @Override
        public String toString() {
            return "SendProof";
        }
    }

    /**
     * Both sides have proved the key.
     *
     * @param secret shows from now on that the session is ours
     */
    record Established(Frame.Welcome welcome, ResumeSecret secret, BindingUsed binding, int version, long features)
            implements DiallerStep {
        @Override
        public String toString() {
            return "Established[" + welcome.session() + " on " + welcome.nodeId() + "]";
        }
    }

    /**
     * The other side said no. Dial again, but slowly.
     *
     * @param reference stands in the other side's log; may be empty
     * @param sentence for this side's log
     */
    record Refused(GoAwayCode code, String reference, String sentence) implements DiallerStep {}

    /** The node is leaving: dial another one at once. */
    record Draining(String sentence) implements DiallerStep {}

    /** Another run of this client took over: end for good. Said only by a peer that may be believed. */
    record Replaced(String sentence) implements DiallerStep {}

    /**
     * This side says no. Dial again, but slowly.
     *
     * @param sentence for this side's log
     * @param goAway to be sent before the connection is closed
     */
    record Failed(Fault fault, String sentence, byte[] goAway) implements DiallerStep {
        @Override
        public String toString() {
            return "Failed[" + fault + ", " + sentence + "]";
        }
    }

    /** Why this side says no. */
    enum Fault {
        /** The proof can neither be bound to the certificate nor given to a certificate that nothing speaks for. */
        UNTRUSTED,
        /** Chosen was what this side never offered. */
        INCOMPATIBLE,
        /** WELCOME does not prove the key. */
        UNPROVEN
    }
}
