package io.tlstunnel.security;

import io.tlstunnel.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What 100,000 rounds of PBKDF2 make of a configured key: the only costly step (some 50 ms), from which every key with a
 * purpose is split off by HKDF. Blocking: never on an event loop.
 */
final class StretchedKey {
    private static final byte[] SALT = "tls-tunnel 1".getBytes(StandardCharsets.US_ASCII);
    private static final int ROUNDS = 100_000;
    private static final int LENGTH = 32;

    private final byte[] bytes;

    private StretchedKey(byte[] bytes) {
        this.bytes = bytes;
    }

    static StretchedKey of(Secret secret) {
        char[] password = new String(secret.bytes(), StandardCharsets.UTF_8).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(password, SALT, ROUNDS, LENGTH * Byte.SIZE);
        try {
            // The JDK turns the characters back into UTF-8.
            return new StretchedKey(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2 with HMAC-SHA-256", e);
        } finally {
            spec.clearPassword();
        }
    }

    /** 32 bytes for one purpose; keys of different purposes say nothing about each other. */
    byte[] forPurpose(String info) {
        return forPurpose(info, LENGTH);
    }

    /** The same of another length. */
    byte[] forPurpose(String info, int length) {
        return Hkdf.derive(new byte[0], bytes, info.getBytes(StandardCharsets.US_ASCII), length);
    }
}
