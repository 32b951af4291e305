package io.tlstunnel.wire;

/** Why a proxy was not published. */
public enum RefusalCode {
    /** Another client owns the port. */
    CONFLICT(1),
    /** The key does not allow it. */
    FORBIDDEN(2),
    /** The node could not listen there (in use by another program, no such address). */
    BIND_FAILED(3),
    /** No free port left in {@code auto_ports}. */
    NO_FREE_PORT(4),
    /** The request makes no sense to this node (unknown type, bad address). */
    INVALID(5),
    /** A limit of the key is reached. */
    LIMIT(6),
    /** A code of a newer version. */
    OTHER(255);

    private final int code;

    RefusalCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The code with that number; {@link #OTHER} if this version has none. */
    public static RefusalCode of(int code) {
        for (RefusalCode value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        return OTHER;
    }
}
