package io.tlstunnel.server.ingress;

import org.jspecify.annotations.Nullable;

/**
 * What has become of a public socket of this node.
 *
 * @param address that it listens on, or would; null for what is not published
 * @param reason why it could not be had, or null
 */
public record SocketStatus(
        State state, @Nullable String address, @Nullable String reason) {
    /** Of what is not published. */
    public static final SocketStatus CLOSED = new SocketStatus(State.CLOSED, null, null);

    /** How far it is. */
    public enum State {
        /** Visitors can come. */
        LISTENING,
        /** It is being opened. */
        OPENING,
        /** It cannot be had; this is tried again. */
        FAILED,
        /** This node does not listen. */
        CLOSED
    }
}
