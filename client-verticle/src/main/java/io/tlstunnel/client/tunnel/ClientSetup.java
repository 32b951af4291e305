package io.tlstunnel.client.tunnel;

import io.tlstunnel.client.local.LocalServices;
import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.mux.TunnelSettings;
import io.tlstunnel.mux.handshake.CarrierTrust;
import io.tlstunnel.mux.handshake.DiallerOffer;
import io.tlstunnel.mux.handshake.OwnSession;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.dial.DialTarget;
import io.tlstunnel.transport.dial.TunnelDialler;
import io.tlstunnel.wire.Frame;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** What every tunnel of a client is made with. Any thread. */
public record ClientSetup(
        ClientConfig config,
        TunnelKey key,
        VertxRuntime runtime,
        TunnelDialler dialler,
        LocalServices services,
        MemoryBudget budget,
        ClientMetrics metrics,
        SecureRandom random) {

    /** Streams that a server may have opened beyond {@code max_streams}: those that it still has to be refused. */
    private static final int PEER_STREAMS_SLACK = 1_024;

    /** The same client with another configuration; key and dialler are those for it. */
    public ClientSetup renewed(ClientConfig changed, TunnelKey itsKey, TunnelDialler itsDialler) {
        return new ClientSetup(changed, itsKey, runtime, itsDialler, services, budget, metrics, random);
    }

    /** @param turn which address of the server's name is the first to be tried */
    DialTarget target(HostPort server, int turn) {
        return new DialTarget(
                server,
                config.transport(),
                config.wssPath(),
                config.httpProxy(),
                config.timing().connectTimeout(),
                config.timing().handshakeTimeout(),
                turn);
    }

    DiallerOffer offer(CarrierConnection connection, @Nullable OwnSession session) {
        return new DiallerOffer(
                key,
                config.name(),
                session,
                initialWindow(),
                CarrierTrust.of(
                        connection.leafSha256(),
                        connection.leafTrusted(),
                        connection.remoteAddress().getAddress()),
                config.channelBinding(),
                Protocol.CURRENT);
    }

    TunnelSettings settings(Frame.Welcome welcome) {
        return new TunnelSettings(
                TunnelSettings.Role.DIALLED,
                initialWindow(),
                welcome.initialWindow(),
                config.budget().windowMax(),
                Math.min(config.budget().frameSize(), welcome.limits().maxFrame()),
                config.maxStreams() + PEER_STREAMS_SLACK,
                config.timing().pingInterval(),
                config.timing().deadAfter(),
                config.timing().deadAfter());
    }

    private int initialWindow() {
        return Math.min(config.budget().windowMax(), TunnelSettings.DEFAULT_INITIAL_WINDOW);
    }
}
