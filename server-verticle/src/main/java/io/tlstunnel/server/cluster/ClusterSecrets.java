package io.tlstunnel.server.cluster;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.Engine;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.transport.tls.LinkTls;
import java.time.Instant;

/** All that comes from the cluster's secret. Immutable, any thread. */
public record ClusterSecrets(ClusterAuthority authority, NodeKey nodeKey, TunnelKey linkKey, LinkTls tls) {

    /** Blocking, some 100 ms of CPU. */
    public static ClusterSecrets load(ClusterConfig cluster, Engine.Tls engine) {
        ClusterAuthority authority = ClusterAuthority.of(cluster.secret());
        Instant now = Instant.now();
        return new ClusterSecrets(
                authority,
                NodeKey.derive(cluster.secret()),
                TunnelKey.derive(cluster.secret(), TunnelKey.Purpose.LINK),
                LinkTls.create(authority.node(now), authority.root(now), ClusterAuthority.NODE_NAME, engine));
    }

    @Override
    public String toString() {
        return "ClusterSecrets[***]";
    }
}
