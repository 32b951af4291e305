package io.tlstunnel.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A whole client file.
 *
 * @param file where it came from; relative paths are already resolved against its folder
 * @param name client name; default host name and 8 hex digits of SHA-256(machine id, configuration path)
 * @param servers at least one; tried in order
 * @param skipVerify accept any certificate (the channel binding still notices a man in the middle)
 * @param caCertPath PEM roots to trust instead of the system's, or null
 * @param serverFingerprint SHA-256 of the DER leaf to pin, 64 lower-case hex digits, or null
 * @param channelBinding whether the proof is bound to the certificate
 * @param httpProxy proxy to CONNECT through, or null
 * @param connections tunnels to keep, or null: 1, and 2 in a cluster
 * @param maxStreams open streams at once (10,000)
 * @param reloadInterval how often the file is looked at for changes (5 s); 0 = never
 */
public record ClientConfig(
        Path file,
        String name,
        List<HostPort> servers,
        TransportKind transport,
        Secret authKey,
        boolean skipVerify,
        @Nullable Path caCertPath,
        @Nullable String serverFingerprint,
        ChannelBinding channelBinding,
        @Nullable HttpProxy httpProxy,
        String wssPath,
        @Nullable Integer connections,
        int maxStreams,
        List<ProxyConfig> proxies,
        Timing timing,
        Duration reloadInterval,
        Budget budget,
        Engine engine,
        AdminConfig admin,
        LogConfig log)
        implements CommonConfig {

    /** This configuration with what {@code next} says of all that may change while it runs. */
    public ClientConfig renewedBy(ClientConfig next) {
        return new ClientConfig(
                file,
                name,
                next.servers,
                next.transport,
                next.authKey,
                next.skipVerify,
                next.caCertPath,
                next.serverFingerprint,
                next.channelBinding,
                next.httpProxy,
                next.wssPath,
                next.connections,
                next.maxStreams,
                next.proxies,
                timing.renewedByClient(next.timing),
                next.reloadInterval,
                budget,
                engine,
                admin,
                next.log);
    }

    /** Whether a tunnel of that configuration would be dialled as one of this. */
    public boolean dialsLike(ClientConfig other) {
        return servers.equals(other.servers)
                && transport == other.transport
                && authKey.equals(other.authKey)
                && skipVerify == other.skipVerify
                && Objects.equals(caCertPath, other.caCertPath)
                && Objects.equals(serverFingerprint, other.serverFingerprint)
                && channelBinding == other.channelBinding
                && Objects.equals(httpProxy, other.httpProxy)
                && wssPath.equals(other.wssPath);
    }

    /** {@code channel_binding}. */
    public enum ChannelBinding {
        ON,
        OFF
    }
}
