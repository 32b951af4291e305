package io.tlstunnel.wire;

/** Why a tunnel ends. */
public enum GoAwayCode {
    /** Not admitted; the reference stands in the server's log. */
    REFUSED(1),
    /** The peer broke the protocol. */
    PROTOCOL(2),
    /** The node is leaving: try elsewhere. */
    DRAINING(3),
    /** Channel numbers are used up: dial again. */
    EXHAUSTED(4),
    /** Another run of the same client took over. */
    REPLACED(5),
    /** The sender ends for good. */
    BYE(6),
    /** A code of a newer version. */
    OTHER(255);

    private final int code;

    GoAwayCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The code with that number; {@link #OTHER} if this version has none. */
    public static GoAwayCode of(int code) {
        for (GoAwayCode value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        return OTHER;
    }
}
