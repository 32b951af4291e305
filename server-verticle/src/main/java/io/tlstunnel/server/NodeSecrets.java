package io.tlstunnel.server;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.security.BalancerLeaves;
import io.tlstunnel.security.CertificateNames;
import io.tlstunnel.security.ClientKeys;
import io.tlstunnel.security.GeneratedCertificate;
import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.server.cluster.ClusterSecrets;
import io.tlstunnel.transport.tls.ServerTls;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What takes a while to make or read at start.
 *
 * @param tls null for {@code ws}: a balancer in front ends TLS
 * @param balancer what that balancer shows, or null
 * @param cluster what the nodes of a cluster share, or null
 */
record NodeSecrets(
        ClientKeys keys,
        @Nullable ServerTls tls,
        @Nullable BalancerLeaves balancer,
        @Nullable ClusterSecrets cluster) {

    /** Blocking. */
    static NodeSecrets load(ServerConfig config) {
        ClientKeys keys = ClientKeys.derive(config.clients());
        BalancerLeaves balancer =
                config.balancerCertPath() == null ? null : BalancerLeaves.load(config.balancerCertPath());
        ClusterConfig shared = config.cluster();
        ClusterSecrets cluster = shared == null
                ? null
                : ClusterSecrets.load(shared, config.engine().tls());
        if (config.transport() == TransportKind.WS) {
            return new NodeSecrets(keys, null, balancer, cluster);
        }
        ServerTls tls = ServerTls.create(certificate(config), config.engine().tls(), List.of("http/1.1"));
        return new NodeSecrets(keys, tls, balancer, cluster);
    }

    private static ServerCertificate certificate(ServerConfig config) {
        if (config.certPath() != null && config.keyPath() != null) {
            return ServerCertificate.load(config.certPath(), config.keyPath());
        }
        Path folder = config.file().toAbsolutePath().getParent();
        return GeneratedCertificate.in(
                folder == null ? Path.of("") : folder, () -> CertificateNames.ofThisHost(config.bindAddr()));
    }

    String engine() {
        return tls == null ? "none" : tls.engine().toString();
    }

    String engineWord() {
        return tls == null ? "none" : tls.engine().name().toLowerCase(Locale.ROOT);
    }
}
