package io.tlstunnel.transport;

/**
 * Why a handshake did not end in a tunnel.
 *
 * @param sentence what happened and what to do
 */
public record HandshakeFailure(Kind kind, String sentence) {

    /** What decides about the next dial. */
    public enum Kind {
        /** The server said no. */
        REFUSED,
        /** The server cannot be trusted. */
        UNTRUSTED,
        /** The node is leaving: another one, at once. */
        DRAINING,
        /** Another run of this client took over. */
        REPLACED,
        /** The server broke the protocol. */
        MALFORMED,
        TIMEOUT,
        LOST
    }

    /** Whether another try is unlikely to end otherwise soon. */
    public boolean isStubborn() {
        return kind == Kind.REFUSED || kind == Kind.UNTRUSTED || kind == Kind.MALFORMED;
    }
}
