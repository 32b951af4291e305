package io.tlstunnel.server.admin;

/** How the handshake of a tunnel went, as the node saw it. */
public enum HandshakeOutcome {
    /** WELCOME was sent. */
    OK,
    /** Answered with GOAWAY: {@link TunnelRefusal} says why. */
    REFUSED,
    /** Not done within {@code handshake_timeout}. */
    TIMEOUT,
    /** The peer broke the protocol. */
    MALFORMED,
    /** The connection was lost on the way. */
    TRANSPORT
}
