package io.tlstunnel.security;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over the handshake frames in the order of the wire, each with its 8-byte header: whatever anyone changed on
 * the way changes every MAC behind it. One thread.
 */
public final class Transcript {
    private final MessageDigest digest = sha256();

    /** Appends a whole frame. */
    public void add(byte[] frame) {
        digest.update(frame);
    }

    /** The hash of all frames so far and of this one without its last {@code tail} bytes. Changes nothing. */
    public byte[] upTo(byte[] frame, int tail) {
        MessageDigest copy = copy();
        copy.update(frame, 0, frame.length - tail);
        return copy.digest();
    }

    private MessageDigest copy() {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
