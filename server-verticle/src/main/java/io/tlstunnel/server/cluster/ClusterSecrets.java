package io.tlstunnel.server.cluster;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.Engine;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.security.NodeCertificates;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.transport.tls.LinkTls;
import java.time.Instant;

/**
 * All that comes from the cluster's secret. Immutable, any thread.
 *
 * @param tls of links; with certificates from the secret like all else, or given ones
 */
public record ClusterSecrets(ClusterAuthority authority, NodeKey nodeKey, TunnelKey linkKey, LinkTls tls) {

    /** Blocking, some 100 ms of CPU. */
    public static ClusterSecrets load(ClusterConfig cluster, Engine.Tls engine) {
        ClusterAuthority authority = ClusterAuthority.of(cluster.secret());
        ClusterConfig.LinkFiles given = cluster.linkFiles();
        NodeCertificates certificates = given == null
                ? authority.certificates(Instant.now())
                : NodeCertificates.load(given.cert(), given.key(), given.ca());
        return new ClusterSecrets(
                authority,
                NodeKey.derive(cluster.secret()),
                TunnelKey.derive(cluster.secret(), TunnelKey.Purpose.LINK),
                LinkTls.create(certificates, engine));
    }

    @Override
    public String toString() {
        return "ClusterSecrets[***]";
    }
}
