package io.tlstunnel.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A secret text that never shows itself: {@code toString} is a constant. */
public final class Secret {
    private final byte[] utf8;

    public Secret(String value) {
        this.utf8 = value.getBytes(StandardCharsets.UTF_8);
    }

    /** A copy of the secret as UTF-8. */
    public byte[] bytes() {
        return utf8.clone();
    }

    /** The secret, for a peer that it is meant for. */
    String text() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(utf8, that.utf8);
    }

    @Override
    public int hashCode() {
        return Secret.class.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
