package io.tlstunnel.server.link;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.mux.TunnelSettings;
import io.tlstunnel.mux.handshake.CarrierTrust;
import io.tlstunnel.mux.handshake.DiallerOffer;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.mux.handshake.WelcomeTerms;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.wire.Limits;
import io.tlstunnel.wire.SessionRef;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * What every link of this node is made with. Any thread.
 *
 * @param node id of this node
 * @param incarnation this node's
 * @param key proves that a node is of this cluster
 */
record LinkTerms(
        String node,
        long incarnation,
        TunnelKey key,
        NodeKey nodeKey,
        ServerConfig config,
        VertxRuntime runtime,
        MemoryBudget budget,
        ServerMetrics metrics,
        SecureRandom random) {

    /** What a visitor's node may send right behind OPEN: no more than a relay's channel always has. */
    private static final int RELAY_INITIAL_WINDOW = 2 * 1024;

    /** Links have no session of their own. */
    private static final SessionRef NO_SESSION = new SessionRef(0, 0, 1);

    Duration handshakeTimeout() {
        return config.timing().handshakeTimeout();
    }

    DiallerOffer offer(LinkName name, CarrierConnection connection) {
        return new DiallerOffer(
                key,
                name.toString(),
                null,
                RELAY_INITIAL_WINDOW,
                CarrierTrust.of(
                        connection.leafSha256(),
                        connection.leafTrusted(),
                        connection.remoteAddress().getAddress()),
                ChannelBinding.ON,
                Protocol.CURRENT);
    }

    WelcomeTerms welcome() {
        return new WelcomeTerms(
                node,
                NO_SESSION,
                new Limits(Integer.MAX_VALUE, 1, config.budget().frameSize()),
                initialWindow(),
                Math.toIntExact(config.timing().pingInterval().toMillis()),
                1,
                0);
    }

    /** Of the end that dialled: its peer opens streams to clients here. */
    TunnelSettings dialled(int peerInitialWindow) {
        return settings(TunnelSettings.Role.DIALLED, RELAY_INITIAL_WINDOW, peerInitialWindow, Integer.MAX_VALUE);
    }

    /** Of the end that was dialled: visitors are here. */
    TunnelSettings answered(int peerInitialWindow) {
        return settings(TunnelSettings.Role.ANSWERED, initialWindow(), peerInitialWindow, 0);
    }

    private TunnelSettings settings(TunnelSettings.Role role, int own, int peers, int maxPeerStreams) {
        return new TunnelSettings(
                role,
                own,
                peers,
                config.budget().windowMax(),
                config.budget().frameSize(),
                maxPeerStreams,
                config.timing().pingInterval(),
                config.timing().deadAfter(),
                config.timing().deadAfter());
    }

    private int initialWindow() {
        return Math.min(config.budget().windowMax(), TunnelSettings.DEFAULT_INITIAL_WINDOW);
    }
}
