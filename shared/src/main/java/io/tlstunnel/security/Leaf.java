package io.tlstunnel.security;

/** The server certificate that a dialling side was shown on one connection, and why it may be believed. */
public record Leaf(Fingerprint fingerprint, Trust trust) {

    /** What speaks for the certificate. */
    public enum Trust {
        /** Chains to a trusted root and carries the host's name. */
        VERIFIED,
        /** Is the one that {@code server_fingerprint} names. */
        PINNED,
        /** Nothing: {@code skip_verify} let it pass. */
        UNVERIFIED
    }

    /** The 32 bytes that the proof is bound to. */
    public byte[] sha256() {
        return fingerprint.bytes();
    }

    /** Whether it was verified or pinned. */
    public boolean trusted() {
        return trust != Trust.UNVERIFIED;
    }
}
