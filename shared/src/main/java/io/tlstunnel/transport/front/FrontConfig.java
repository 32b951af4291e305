package io.tlstunnel.transport.front;

import io.tlstunnel.config.BalancerConfig;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.config.WebConfig;
import java.time.Duration;

/**
 * What the tunnel port is to be.
 *
 * @param bindPort 0 = any free one
 * @param wssPath path of the upgrade; {@code /} is one too
 * @param handshakeTimeout from accept to the head of the first request
 * @param idleTimeout for an HTTP connection between two requests, and for one in which nothing moves
 * @param maxConnections connections that are not tunnels (yet), at once
 * @param balancer what balancers in front tell of clients
 */
public record FrontConfig(
        String bindAddr,
        int bindPort,
        TransportKind transport,
        String wssPath,
        WebConfig web,
        Duration handshakeTimeout,
        Duration idleTimeout,
        int maxConnections,
        BalancerConfig balancer) {
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int MAX_CONNECTIONS = 1024;

    /** As a server file has it. */
    public static FrontConfig of(ServerConfig config) {
        return new FrontConfig(
                config.bindAddr(),
                config.bindPort(),
                config.transport(),
                config.wssPath(),
                config.web(),
                config.timing().handshakeTimeout(),
                IDLE,
                MAX_CONNECTIONS,
                config.balancer());
    }

    /** Whether nobody behind this port takes a WebSocket but the tunnel. */
    boolean hasOneWebSocketPath() {
        return !(web instanceof WebConfig.Upstream);
    }

    /** Whether an upgrade on this path is for the tunnel. */
    boolean isTunnelPath(String uri) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        return path.equals(wssPath) || path.equals("/");
    }
}
