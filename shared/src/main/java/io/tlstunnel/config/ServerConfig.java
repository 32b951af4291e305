package io.tlstunnel.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole server file.
 *
 * @param file where it came from; relative paths are already resolved against its folder
 * @param name node id: {@code [server] name}, else host name and 8 hex digits
 * @param bindAddr address of the tunnel port (0.0.0.0)
 * @param bindPort tunnel port (443); 0 = any free one (tests)
 * @param transport {@code wss}, or {@code ws} behind a balancer that ends TLS
 * @param certPath PEM chain, or null: generated beside the file
 * @param keyPath PEM key, or null
 * @param wssPath path of the upgrade ({@code /tunnel})
 * @param web what ordinary HTTP requests on the port get
 * @param clients the entries, the wildcard client last if {@code auth_key} is set
 * @param autoPorts where {@code publish_port = 0} looks (20000–29999)
 * @param publishing where public ports are opened
 * @param balancerCertPath PEM with the leaves that a TLS-ending balancer shows, or null
 * @param balancer what balancers in front tell, and which are believed
 * @param cluster the cluster that this node is of, or null: a single node
 * @param reloadInterval how often the file is looked at for changes (5 s); 0 = never
 */
public record ServerConfig(
        Path file,
        String name,
        String bindAddr,
        int bindPort,
        TransportKind transport,
        @Nullable Path certPath,
        @Nullable Path keyPath,
        String wssPath,
        WebConfig web,
        List<ClientEntry> clients,
        PortRange autoPorts,
        Publishing publishing,
        @Nullable Path balancerCertPath,
        BalancerConfig balancer,
        @Nullable ClusterConfig cluster,
        Timing timing,
        Duration reloadInterval,
        Budget budget,
        Engine engine,
        AdminConfig admin,
        LogConfig log)
        implements CommonConfig {

    /** This configuration with what {@code next} says of all that may change while it runs. */
    public ServerConfig renewedBy(ServerConfig next) {
        return new ServerConfig(
                file,
                name,
                bindAddr,
                bindPort,
                transport,
                certPath,
                keyPath,
                wssPath,
                web,
                next.clients,
                next.autoPorts,
                publishing,
                balancerCertPath,
                balancer,
                cluster,
                timing.renewedByServer(next.timing),
                next.reloadInterval,
                budget,
                engine,
                admin,
                next.log);
    }
}
