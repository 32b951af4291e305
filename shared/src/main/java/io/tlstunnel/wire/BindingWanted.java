package io.tlstunnel.wire;

import org.jspecify.annotations.Nullable;

/** The channel binding that the answering side asks for. */
public enum BindingWanted {
    NONE(0),
    LEAF(1);

    private final int code;

    BindingWanted(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The value with that number, or null: the list is closed in version 1. */
    static @Nullable BindingWanted of(int code) {
        for (BindingWanted value : values()) {
            if (value.code == code) {
                return value;
            }
        }
        return null;
    }
}
