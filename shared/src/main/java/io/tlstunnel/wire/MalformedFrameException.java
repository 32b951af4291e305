package io.tlstunnel.wire;

/** The peer sent bytes that are no valid frame; the message says which rule they break. Ends the tunnel. */
public final class MalformedFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedFrameException(String message) {
        super(message);
    }
}
