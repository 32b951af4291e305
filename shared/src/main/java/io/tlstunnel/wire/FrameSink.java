package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;

/** Takes what {@link FrameDecoder} found, in the order of the wire. Called on the thread that feeds the decoder. */
public interface FrameSink {

    /** A frame. The sink releases the payload of {@link Frame.Data} and {@link Frame.Datagram}. */
    void frame(Frame frame);

    /**
     * A whole handshake frame (HELLO, CHALLENGE, PROOF, WELCOME), before {@link #frame} is called for it: its bytes with
     * the 8-byte header, as the transcript needs them.
     */
    default void handshakeBytes(byte[] frameWithHeader) {}

    /**
     * A part of a frame of a type that this version does not know, on a channel other than 0; on channel 0 they are
     * skipped. Only a relay has a use for it: it forwards such frames whole.
     *
     * @param type its number, 0–255
     * @param part the next bytes of the payload, empty only if the whole payload is; the sink releases it
     * @param left payload bytes of the frame that follow; 0 with its last part
     */
    default void unknown(int type, int channel, ByteBuf part, int left) {
        part.release();
    }
}
