package io.tlstunnel.client.tunnel;

/**
 * Why a handshake did not end in a tunnel.
 *
 * @param sentence what happened and what to do
 */
record HandshakeFailure(Kind kind, String sentence) {

    /** What decides about the next dial. */
    enum Kind {
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
    boolean isStubborn() {
        return kind == Kind.REFUSED || kind == Kind.UNTRUSTED || kind == Kind.MALFORMED;
    }
}
