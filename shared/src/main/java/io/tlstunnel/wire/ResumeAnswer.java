package io.tlstunnel.wire;

import org.jspecify.annotations.Nullable;

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

    /** The value with that number, or null: the list is closed in version 1. */
    static @Nullable ResumeAnswer of(int code) {
        for (ResumeAnswer value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        return null;
    }
}
