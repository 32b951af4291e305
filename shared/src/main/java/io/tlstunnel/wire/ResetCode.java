package io.tlstunnel.wire;

/** Why a stream ended abruptly. */
public enum ResetCode {
    /** The far socket was reset by its peer. */
    CONNECTION_RESET(1),
    /** The local service refused the connection. */
    SERVICE_REFUSED(2),
    /** The local service could not be reached in time or at all. */
    SERVICE_UNREACHABLE(3),
    /** The proxy is not (or no longer) offered. */
    NO_SUCH_PROXY(4),
    /** The key or an address list does not allow it. */
    FORBIDDEN(5),
    /** A limit is reached. */
    LIMIT(6),
    /** Relay budget used up, nothing passed on (links). */
    BUSY(7),
    /** The node no longer has the session, nothing passed on (links). */
    NOT_HERE(8),
    /** The session or its last tunnel is gone for good. */
    SESSION_ENDED(9),
    /** Suspended longer than {@code resume_timeout}. */
    RESUME_TIMEOUT(10),
    /** Reset to stay within {@code memory_budget}. */
    OUT_OF_MEMORY(11),
    /** Closed by an operator or by this side's end. */
    CANCELLED(12),
    /** The peer broke the protocol on this stream. */
    PROTOCOL(13),
    /** A fault of this side; its log says more. */
    INTERNAL(14),
    /** A code of a newer version. */
    OTHER(255);

    private final int code;

    ResetCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The code with that number; {@link #OTHER} if this version has none. */
    public static ResetCode of(int code) {
        for (ResetCode value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        return OTHER;
    }
}
