package io.tlstunnel.transport.websocket;

/** Which end of the WebSocket this is. */
public enum Role {
    /** Dialled; masks what it sends. */
    CLIENT(14),
    /** Answered; what it receives must be masked. */
    SERVER(10);

    private final int headroom;

    Role(int headroom) {
        this.headroom = headroom;
    }

    /** Longest frame header that this end writes, in bytes. */
    int headroom() {
        return headroom;
    }
}
