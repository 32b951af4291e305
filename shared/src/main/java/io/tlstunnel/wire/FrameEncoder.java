package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/** Writes frames. A frame that breaks a rule of the protocol is the caller's error and leaves the buffer as it was. */
public final class FrameEncoder {
    private FrameEncoder() {}

    /**
     * Appends a whole frame to {@code out}, which grows as needed. A payload of DATA or DATAGRAM is copied, and stays
     * the caller's to release, its indices unchanged. A reason above {@link WireFormat#MAX_REASON} is cut.
     *
     * @throws IllegalArgumentException if a component is out of its range
     */
    public static void encode(Frame frame, ByteBuf out) {
        int start = out.writerIndex();
        boolean written = false;
        try {
            out.writeLong(0);
            FrameCodec.write(frame, new PayloadWriter(frame.type(), out));
            int length = out.writerIndex() - start - WireFormat.HEADER_LENGTH;
            int channel = frame instanceof Frame.OnChannel on ? on.channel() : 0;
            out.setLong(start, header(frame.type(), length, channel));
            written = true;
        } finally {
            if (!written) {
                out.writerIndex(start);
            }
        }
    }

    /**
     * A whole frame as the handshake's transcript needs it. PROOF and WELCOME are made with zeros in place of what is
     * yet to be computed, cut with {@link WireFormat#RESUME_MAC_FROM_END} or {@link WireFormat#MAC_FROM_END}, and made
     * again.
     *
     * @throws IllegalArgumentException if a component is out of its range
     */
    public static byte[] toArray(Frame frame) {
        ByteBuf out = Unpooled.buffer(WireFormat.HEADER_LENGTH + frame.type().minLength());
        encode(frame, out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    /**
     * Appends the 8-byte header of a DATA frame, whose payload the caller puts behind it.
     *
     * @param length of the payload, 1 to {@link WireFormat#MAX_DATA}
     */
    public static void dataHeader(ByteBuf out, int channel, int length) {
        out.writeLong(header(FrameType.DATA, length, channel));
    }

    /**
     * Sets the 8-byte header of a DATA frame at {@code index}, in the room that was kept in front of its payload. Moves
     * no index.
     *
     * @param length of the payload, 1 to {@link WireFormat#MAX_DATA}
     */
    public static void dataHeader(ByteBuf out, int index, int channel, int length) {
        out.setLong(index, header(FrameType.DATA, length, channel));
    }

    private static long header(FrameType type, int length, int channel) {
        if (length < type.minLength() || length > type.maxLength()) {
            throw new IllegalArgumentException(
                    type + " of " + length + " bytes, not " + type.minLength() + " to " + type.maxLength());
        }
        long header = FrameHeader.of(type.code(), length, channel);
        String flaw = FrameHeader.flaw(type, header, !type.isHandshake());
        if (flaw != null) {
            throw new IllegalArgumentException(flaw);
        }
        return header;
    }
}
