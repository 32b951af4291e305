package io.tlstunnel.wire;

import org.jspecify.annotations.Nullable;

/**
 * Frame types: their number on the wire, where they belong, and how long their payload may be. The least and greatest
 * lengths follow from the fields (docs/protocol.md); a list has no count of its own and fills the rest of its frame.
 */
public enum FrameType {
    HELLO(1, Place.HANDSHAKE, 49, 342),
    CHALLENGE(2, Place.HANDSHAKE, 50, 50),
    PROOF(3, Place.HANDSHAKE, 97, 97),
    WELCOME(4, Place.HANDSHAKE, 112, 366),
    REGISTER(5, Place.TUNNEL, 8, WireFormat.MAX_REGISTER),
    REGISTERED(6, Place.TUNNEL, 10, WireFormat.MAX_REGISTER),
    OPEN(7, Place.CHANNEL, 61, 363),
    OPENED(8, Place.CHANNEL, 8, 8),
    RESET(9, Place.CHANNEL, 11, 11 + WireFormat.MAX_REASON),
    DATA(10, Place.CHANNEL, 1, WireFormat.MAX_DATA),
    FIN(11, Place.CHANNEL, 0, 0),
    WINDOW(12, Place.CHANNEL, 16, 16),
    WINDOWS(13, Place.TUNNEL, 20, WireFormat.MAX_FRAME),
    DETACHED(14, Place.CHANNEL, 0, 0),
    DATAGRAM(15, Place.CHANNEL, 0, WireFormat.MAX_DATAGRAM),
    RESUME(16, Place.TUNNEL, 42, WireFormat.MAX_FRAME),
    RESUMED(17, Place.TUNNEL, 42, WireFormat.MAX_FRAME),
    PING(18, Place.TUNNEL, 8, 8),
    PONG(19, Place.TUNNEL, 8, 8),
    /** The one frame that may come before WELCOME and after it. */
    GOAWAY(20, Place.TUNNEL, 8, 8 + WireFormat.MAX_REFERENCE + WireFormat.MAX_REASON);

    /** Where and when a type of frame may come. */
    enum Place {
        /** Channel 0, up to WELCOME. */
        HANDSHAKE,
        /** Channel 0. */
        TUNNEL,
        /** Any channel but 0. */
        CHANNEL
    }

    private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final Place place;
    private final int minLength;
    private final int maxLength;

    FrameType(int code, Place place, int minLength, int maxLength) {
        this.code = code;
        this.place = place;
        this.minLength = minLength;
        this.maxLength = maxLength;
    }

    /** The first byte of the frame header. */
    public int code() {
        return code;
    }

    /** HELLO, CHALLENGE, PROOF or WELCOME. */
    public boolean isHandshake() {
        return place == Place.HANDSHAKE;
    }

    Place place() {
        return place;
    }

    /** Least payload length in bytes. */
    int minLength() {
        return minLength;
    }

    /** Greatest payload length in bytes. */
    int maxLength() {
        return maxLength;
    }

    /** The type with that number, or null: a type of a newer minor version, which is skipped. */
    public static @Nullable FrameType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
