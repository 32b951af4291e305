package io.tlstunnel.security;

import io.tlstunnel.config.Secret;
import io.tlstunnel.wire.SessionRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Makes and checks resume secrets, so that no node has to store one, and what stands for the keys of groups: the same on
 * all nodes of a cluster. Immutable, any thread.
 */
public final class NodeKey {
    private static final byte[] LABEL = "resume".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GROUP_LABEL = "group".getBytes(StandardCharsets.US_ASCII);
    /** Bytes of a group's mark: none is found by trying. */
    private static final int MARK_LENGTH = 16;

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

    /**
     * What stands for a group's key wherever it is kept or told: the same on all nodes, and of no use to who finds it. The
     * length of the name stands first, so no two (name, key) give the same input.
     */
    public String groupMark(String group, String groupKey) {
        byte[] name = group.getBytes(StandardCharsets.UTF_8);
        byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array();
        byte[] mac = Hmac.of(key, GROUP_LABEL, length, name, groupKey.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(mac, 0, MARK_LENGTH);
    }

    @Override
    public String toString() {
        return "NodeKey[***]";
    }
}
