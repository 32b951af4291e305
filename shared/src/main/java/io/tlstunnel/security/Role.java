package io.tlstunnel.security;

/** Which side of a tunnel or link makes a MAC. Goes into the MAC, so that none can be sent back to its maker. */
public enum Role {
    /** The side that dialled. */
    DIALLED('D'),
    /** The side that answered. */
    ANSWERED('A');

    private final byte code;

    Role(char code) {
        this.code = (byte) code;
    }

    byte[] code() {
        return new byte[] {code};
    }
}
