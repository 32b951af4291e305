package io.tlstunnel.wire;

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
}
