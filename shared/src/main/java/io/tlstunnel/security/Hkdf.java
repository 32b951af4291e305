package io.tlstunnel.security;

import java.util.Arrays;

/** HKDF with SHA-256 (RFC 5869). */
final class Hkdf {
    private static final int MAX_BLOCKS = 255;

    private Hkdf() {}

    /**
     * Extract, then expand.
     *
     * @param salt empty = the RFC's default of 32 zeros
     * @param length 1–8160 bytes
     */
    static byte[] derive(byte[] salt, byte[] keyMaterial, byte[] info, int length) {
        if (length < 1 || length > MAX_BLOCKS * Hmac.LENGTH) {
            throw new IllegalArgumentException("HKDF gives 1 to 8160 bytes, not " + length);
        }
        byte[] pseudoRandomKey = Hmac.of(salt.length == 0 ? new byte[Hmac.LENGTH] : salt, keyMaterial);
        byte[] output = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, counter = 1; done < length; done += Hmac.LENGTH, counter++) {
            block = Hmac.of(pseudoRandomKey, block, info, new byte[] {(byte) counter});
            System.arraycopy(block, 0, output, done, Math.min(Hmac.LENGTH, length - done));
        }
        Arrays.fill(pseudoRandomKey, (byte) 0);
        return output;
    }
}
