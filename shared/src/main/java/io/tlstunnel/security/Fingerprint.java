package io.tlstunnel.security;

import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** SHA-256 of a DER certificate. Prints as 64 lower-case hex digits. */
public final class Fingerprint {
    /** Bytes of a fingerprint. */
    public static final int LENGTH = 32;

    private static final String PREFIX = "sha256:";

    private final byte[] sha256;

    private Fingerprint(byte[] sha256) {
        this.sha256 = sha256;
    }

    /** The fingerprint of a certificate. */
    public static Fingerprint of(X509Certificate certificate) throws CertificateEncodingException {
        return new Fingerprint(Transcript.sha256().digest(certificate.getEncoded()));
    }

    /**
     * A fingerprint from its bytes.
     *
     * @param sha256 32 bytes; copied
     */
    public static Fingerprint of(byte[] sha256) {
        if (sha256.length != LENGTH) {
            throw new IllegalArgumentException("a fingerprint has 32 bytes, not " + sha256.length);
        }
        return new Fingerprint(sha256.clone());
    }

    /**
     * Reads 64 hex digits of either case, with or without colons and a leading {@code sha256:}.
     *
     * @throws IllegalArgumentException with one sentence, if it is anything else
     */
    public static Fingerprint parse(String text) {
        String hex = text.strip().toLowerCase(Locale.ROOT);
        hex = hex.startsWith(PREFIX) ? hex.substring(PREFIX.length()) : hex;
        boolean colons = hex.indexOf(':') >= 0;
        try {
            return of((colons ? HexFormat.ofDelimiter(":") : HexFormat.of()).parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a fingerprint is the SHA-256 of the certificate: 64 hex digits, with or without colons", e);
        }
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return sha256.clone();
    }

    /** Upper-case pairs between colons, as OpenSSL and browsers print it. */
    public String withColons() {
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(sha256);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && MessageDigest.isEqual(sha256, that.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(sha256);
    }
}
