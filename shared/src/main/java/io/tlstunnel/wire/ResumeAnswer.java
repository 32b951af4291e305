package io.tlstunnel.wire;

/** What became of a stream that a RESUME asked for. */
public enum ResumeAnswer {
    /** It goes on here. */
    OK(0),
    /** It ended cleanly. */
    ENDED(1),
    /** It was reset; the state says how. */
    RESET(2),
    /** Its ingress cannot be asked now: try again, elsewhere. */
    UNREACHABLE(3),
    /** Nobody knows it, and nobody will. */
    GONE(4);

    private final int code;

    ResumeAnswer(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
