package io.tlstunnel.security;

import java.security.MessageDigest;

/** What a client shows that a session is its own. Immutable, any thread. */
public final class ResumeSecret {
    /** Bytes of a resume secret. */
    public static final int LENGTH = 16;

    private final byte[] secret;

    private ResumeSecret(byte[] secret) {
        this.secret = secret;
    }

    /**
     * As it came in WELCOME.
     *
     * @param bytes 16 bytes; copied
     */
    public static ResumeSecret of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a resume secret has 16 bytes, not " + bytes.length);
        }
        return new ResumeSecret(bytes.clone());
    }

    /** A copy of the 16 bytes, for WELCOME. */
    public byte[] bytes() {
        return secret.clone();
    }

    /** The 32-byte resume MAC over a transcript hash. */
    public byte[] mac(byte[] transcript) {
        return Hmac.of(secret, transcript);
    }

    /** Whether {@code mac} is the resume MAC over that hash; takes the same time for every wrong one. */
    public boolean verifies(byte[] transcript, byte[] mac) {
        return MessageDigest.isEqual(mac(transcript), mac);
    }

    @Override
    public String toString() {
        return "ResumeSecret[***]";
    }
}
