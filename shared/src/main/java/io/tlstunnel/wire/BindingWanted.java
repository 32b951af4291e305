package io.tlstunnel.wire;

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
}
