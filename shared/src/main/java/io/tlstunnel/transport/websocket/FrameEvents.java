package io.tlstunnel.transport.websocket;

import io.netty.buffer.ByteBuf;

/** What {@link WebSocketFrameReader} finds, in the order of the wire. */
interface FrameEvents {

    /** Unmasked bytes of a binary message, at least one. Takes over {@code bytes} (releases it). */
    void payload(ByteBuf bytes);

    /** A ping that wants its {@code data} back. */
    void ping(byte[] data);

    /**
     * The peer's close frame; nothing follows.
     *
     * @param code {@link CloseCode#NONE} if it had none
     */
    void closeFrame(int code, String reason);

    /**
     * The peer broke the rules; nothing follows.
     *
     * @param code close code to answer with
     * @param what one phrase: what was wrong
     */
    void violation(int code, String what);
}
