package io.tlstunnel.wire;

/** Takes what {@link FrameDecoder} found, in the order of the wire. Called on the thread that feeds the decoder. */
public interface FrameSink {

    /** A frame. The sink releases the payload of {@link Frame.Data} and {@link Frame.Datagram}. */
    void frame(Frame frame);

    /**
     * A whole handshake frame (HELLO, CHALLENGE, PROOF, WELCOME), before {@link #frame} is called for it: its bytes with
     * the 8-byte header, as the transcript needs them.
     */
    default void handshakeBytes(byte[] frameWithHeader) {}
}
