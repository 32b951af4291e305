package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.logging.LogThrottle;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.mux.TunnelSettings;
import io.tlstunnel.mux.handshake.AnswererStep;
import io.tlstunnel.mux.handshake.WelcomeTerms;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.server.admin.HandshakeOutcome;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.transport.CarrierAcceptor;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.wire.Limits;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Context;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Takes tunnel connections from the front and leads each through its handshake to its session. Any context. */
public final class TunnelAcceptor implements CarrierAcceptor {
    /** Lines about failed handshakes of one kind in 10 s; strangers can cause as many as they like. */
    private static final int FAILURES_LOGGED = 20;

    private volatile ServerConfig config;
    private final NodeIdentity node;
    private final Sessions sessions;
    private final Context control;
    private final VertxRuntime runtime;
    private final MemoryBudget budget;
    private final ServerMetrics metrics;
    private final Supplier<Set<Fingerprint>> balancerLeaves;
    private final Relaying relaying;
    private final IntSupplier members;
    private final SecureRandom random = new SecureRandom();
    private final LogThrottle<HandshakeOutcome> failures = new LogThrottle<>(FAILURES_LOGGED, System::nanoTime);
    private volatile boolean draining;

    /**
     * @param control context of {@code sessions}
     * @param balancerLeaves certificates that a balancer in front may show, where this node has no TLS of its own
     * @param members nodes of the cluster, this one included
     */
    public TunnelAcceptor(
            ServerConfig config,
            NodeIdentity node,
            Sessions sessions,
            Context control,
            VertxRuntime runtime,
            MemoryBudget budget,
            ServerMetrics metrics,
            Supplier<Set<Fingerprint>> balancerLeaves,
            Relaying relaying,
            IntSupplier members) {
        this.config = config;
        this.node = node;
        this.sessions = sessions;
        this.control = control;
        this.runtime = runtime;
        this.budget = budget;
        this.metrics = metrics;
        this.balancerLeaves = balancerLeaves;
        this.relaying = relaying;
        this.members = members;
    }

    /** From now on every HELLO is answered with GOAWAY(draining). */
    public void drain() {
        draining = true;
    }

    /** Other times hold for tunnels from now on. */
    public void renew(ServerConfig changed) {
        config = changed;
    }

    @Override
    public void accepted(CarrierConnection connection) {
        new ServerHandshake(this, connection, random).start();
    }

    boolean isDraining() {
        return draining;
    }

    NodeIdentity node() {
        return node;
    }

    Sessions sessions() {
        return sessions;
    }

    Context control() {
        return control;
    }

    VertxRuntime runtime() {
        return runtime;
    }

    MemoryBudget budget() {
        return budget;
    }

    LogThrottle<HandshakeOutcome> failures() {
        return failures;
    }

    ServerMetrics metrics() {
        return metrics;
    }

    Duration handshakeTimeout() {
        return config.timing().handshakeTimeout();
    }

    Relaying relaying() {
        return relaying;
    }

    Set<Fingerprint> leaves(CarrierConnection connection) {
        byte[] own = connection.leafSha256();
        return own == null ? balancerLeaves.get() : Set.of(Fingerprint.of(own));
    }

    /** What WELCOME says; on the control context. */
    WelcomeTerms terms(Session session) {
        return terms(session.ref(), session.entry(), session.revision());
    }

    WelcomeTerms terms(SessionRef session, ClientEntry entry, long revision) {
        return new WelcomeTerms(
                node.id(),
                session,
                new Limits(
                        entry.maxStreams(), entry.maxTunnels(), config.budget().frameSize()),
                initialWindow(),
                Math.toIntExact(config.timing().pingInterval().toMillis()),
                members.getAsInt(),
                revision);
    }

    TunnelSettings settings(AnswererStep.Admitted<ClientEntry> admitted) {
        return new TunnelSettings(
                TunnelSettings.Role.ANSWERED,
                initialWindow(),
                admitted.peerInitialWindow(),
                config.budget().windowMax(),
                config.budget().frameSize(),
                0,
                config.timing().pingInterval(),
                config.timing().deadAfter(),
                config.timing().deadAfter());
    }

    private int initialWindow() {
        return Math.min(config.budget().windowMax(), TunnelSettings.DEFAULT_INITIAL_WINDOW);
    }
}
