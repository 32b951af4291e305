package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import org.jspecify.annotations.Nullable;

/**
 * "This ingress key belongs to that client": one per key, or one per key and member of a group.
 *
 * @param group that the client shares the key with, or null
 */
public record Claim(
        IngressKey key,
        String client,
        String proxy,
        SessionRef session,
        @Nullable Group group) {

    /** Of a client that shares the key with nobody. */
    public Claim(IngressKey key, String client, String proxy, SessionRef session) {
        this(key, client, proxy, session, null);
    }

    /** Whether both may stand: two clients of one group. */
    boolean isFellow(Claim other) {
        return group != null && group.equals(other.group) && key.equals(other.key) && !client.equals(other.client);
    }
}
