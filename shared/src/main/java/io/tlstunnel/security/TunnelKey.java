package io.tlstunnel.security;

import io.tlstunnel.config.Secret;
import java.security.MessageDigest;
import java.security.SecureRandom;

/** K of the handshake: proves the knowledge of an {@code auth_key} without showing it. Immutable, any thread. */
public final class TunnelKey {
    private final byte[] key;

    private TunnelKey(byte[] key) {
        this.key = key;
    }

    /** What a key is for. A proof for one purpose is worthless for the other. */
    public enum Purpose {
        /** Client and node; the secret is the {@code auth_key}. */
        TUNNEL("tls-tunnel 1 tunnel"),
        /** Node and node; the secret is the cluster's. */
        LINK("tls-tunnel 1 link");

        private final String info;

        Purpose(String info) {
            this.info = info;
        }
    }

    /** Derives the key. Blocking, some 50 ms of CPU on purpose: once per key, at start, never on an event loop. */
    public static TunnelKey derive(Secret authKey, Purpose purpose) {
        return new TunnelKey(StretchedKey.of(authKey).forPurpose(purpose.info));
    }

    /** A key that nobody else has: what an unknown name is checked against. */
    public static TunnelKey random(SecureRandom random) {
        byte[] key = new byte[Hmac.LENGTH];
        random.nextBytes(key);
        return new TunnelKey(key);
    }

    /** The 32-byte proof of that side over a transcript hash. */
    public byte[] mac(Role role, byte[] transcript) {
        return Hmac.of(key, role.code(), transcript);
    }

    /** Whether {@code mac} is that side's proof over the transcript hash; takes the same time for every wrong one. */
    public boolean verifies(Role role, byte[] transcript, byte[] mac) {
        return MessageDigest.isEqual(mac(role, transcript), mac);
    }

    @Override
    public String toString() {
        return "TunnelKey[***]";
    }
}
