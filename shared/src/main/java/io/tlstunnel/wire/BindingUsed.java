package io.tlstunnel.wire;

import org.jspecify.annotations.Nullable;

/** The channel binding that the dialling side used. */
public enum BindingUsed {
    /** None was wanted. */
    NONE(0),
    /** SHA-256 of the DER leaf certificate. */
    LEAF(1),
    /** Switched off by the dialling side's configuration. */
    OFF(2);

    private final int code;

    BindingUsed(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The value with that number, or null: the list is closed in version 1. */
    static @Nullable BindingUsed of(int code) {
        for (BindingUsed value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        return null;
    }
}
