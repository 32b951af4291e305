package io.tlstunnel.mux.handshake;

import io.tlstunnel.security.Transcript;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.WireFormat;
import org.jspecify.annotations.Nullable;

/** The transcript of one handshake and the bytes of the frame that is at hand. One thread. */
final class HandshakeFrames {
    private final Transcript transcript = new Transcript();
    private byte @Nullable [] received;

    /** The bytes of the handshake frame that comes next. */
    void bytes(byte[] frameWithHeader) {
        received = frameWithHeader;
    }

    /** The bytes of that frame, once. */
    byte[] take(Frame frame) {
        byte[] bytes = received;
        received = null;
        if (bytes == null) {
            throw new IllegalStateException(frame.type() + " without its bytes");
        }
        return bytes;
    }

    void add(byte[] frame) {
        transcript.add(frame);
    }

    /** The hash that the MAC at the end of this frame is made over. */
    byte[] underMac(byte[] frame) {
        return transcript.upTo(frame, WireFormat.MAC_FROM_END);
    }

    /** The hash that the resume MAC in this PROOF is made over. */
    byte[] underResumeMac(byte[] proof) {
        return transcript.upTo(proof, WireFormat.RESUME_MAC_FROM_END);
    }

    /** Puts the MAC into its place, {@code fromEnd} bytes before the frame's end. */
    static void put(byte[] mac, byte[] frame, int fromEnd) {
        System.arraycopy(mac, 0, frame, frame.length - fromEnd, mac.length);
    }

    static MalformedFrameException outOfOrder(Frame frame, Object state) {
        return new MalformedFrameException(frame.type() + " in the handshake while " + state);
    }
}
