package io.tlstunnel.wire;

import io.tlstunnel.wire.FrameType.Place;
import org.jspecify.annotations.Nullable;

/** The 8 bytes before every payload, held in a long: {@code u8 type · u24 length · u32 channel}. */
final class FrameHeader {
    private FrameHeader() {}

    static long of(int type, int length, int channel) {
        return ((long) type << 56) | ((long) length << 32) | (channel & 0xFFFF_FFFFL);
    }

    static int type(long header) {
        return (int) (header >>> 56);
    }

    static int length(long header) {
        return (int) (header >>> 32) & 0xFF_FFFF;
    }

    /** The channel; negative stands for a number that this version does not use. */
    static int channel(long header) {
        return (int) header;
    }

    /** The rule that a header breaks, as a sentence, or null. {@code type} is null if this version does not know it. */
    static @Nullable String flaw(@Nullable FrameType type, long header, boolean handshakeDone) {
        int length = length(header);
        int channel = channel(header);
        if (channel < 0) {
            return name(type, header) + " on channel " + Integer.toUnsignedString(channel)
                    + ", which is above 2147483647";
        }
        if (!handshakeDone) {
            if (length > WireFormat.MAX_HANDSHAKE) {
                return name(type, header) + " of " + length + " bytes before WELCOME, more than "
                        + WireFormat.MAX_HANDSHAKE;
            }
            if (type == null || (!type.isHandshake() && type != FrameType.GOAWAY)) {
                return name(type, header) + " came before WELCOME";
            }
        }
        if (type == null) {
            return length > WireFormat.MAX_FRAME
                    ? name(null, header) + " of " + length + " bytes, more than " + WireFormat.MAX_FRAME
                    : null;
        }
        if (handshakeDone && type.isHandshake()) {
            return type + " came after WELCOME";
        }
        return placeOrLength(type, length, channel);
    }

    private static @Nullable String placeOrLength(FrameType type, int length, int channel) {
        if (type.place() == Place.CHANNEL) {
            if (channel == 0) {
                return type + " on channel 0";
            }
        } else if (channel != 0) {
            return type + " on channel " + channel + ", not 0";
        }
        if (length < type.minLength() || length > type.maxLength()) {
            return type + " of " + length + " bytes, not "
                    + (type.minLength() == type.maxLength()
                            ? "" + type.minLength()
                            : type.minLength() + " to " + type.maxLength());
        }
        if (type == FrameType.WINDOWS && length % WireFormat.WINDOWS_ENTRY != 0) {
            return "WINDOWS of " + length + " bytes, no multiple of " + WireFormat.WINDOWS_ENTRY;
        }
        return null;
    }

    private static String name(@Nullable FrameType type, long header) {
        return type == null ? "a frame of unknown type " + type(header) : type.toString();
    }
}
