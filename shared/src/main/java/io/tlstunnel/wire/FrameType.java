package io.tlstunnel.wire;

import org.jspecify.annotations.Nullable;

/** Frame types and their number on the wire. */
public enum FrameType {
    HELLO(1),
    CHALLENGE(2),
    PROOF(3),
    WELCOME(4),
    REGISTER(5),
    REGISTERED(6),
    OPEN(7),
    OPENED(8),
    RESET(9),
    DATA(10),
    FIN(11),
    WINDOW(12),
    WINDOWS(13),
    DETACHED(14),
    DATAGRAM(15),
    RESUME(16),
    RESUMED(17),
    PING(18),
    PONG(19),
    GOAWAY(20);

    private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /** The first byte of the frame header. */
    public int code() {
        return code;
    }

    /** The type with that number, or null: a type of a newer minor version, which is skipped. */
    public static @Nullable FrameType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
