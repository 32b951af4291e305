package io.tlstunnel.security;

import io.tlstunnel.config.Secret;
import io.tlstunnel.wire.SessionRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Makes and checks resume secrets, so that no node has to store one: the same on all nodes of a cluster. Immutable, any
 * thread.
 */
public final class NodeKey {
    private static final byte[] LABEL = "resume".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;

    private NodeKey(byte[] key) {
        this.key = key;
    }

    /** A single node's: random at each start, so sessions of an earlier run are not believed. */
    public static NodeKey random(SecureRandom random) {
        byte[] key = new byte[Hmac.LENGTH];
        random.nextBytes(key);
        return new NodeKey(key);
    }

    /** A cluster's. Blocking, as {@link TunnelKey#derive}. */
    public static NodeKey derive(Secret clusterSecret) {
        return new NodeKey(StretchedKey.of(clusterSecret).forPurpose("tls-tunnel 1 node"));
    }

    /**
     * The secret of a session. Behind the name come 24 bytes of fixed shape, so no two (name, session) give the same
     * input.
     */
    public ResumeSecret resumeSecret(String name, SessionRef session) {
        byte[] reference = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(session.idHigh())
                .putLong(session.idLow())
                .putLong(session.epoch())
                .array();
        byte[] mac = Hmac.of(key, LABEL, name.getBytes(StandardCharsets.UTF_8), reference);
        return ResumeSecret.of(Arrays.copyOf(mac, ResumeSecret.LENGTH));
    }

    @Override
    public String toString() {
        return "NodeKey[***]";
    }
}
