package io.tlstunnel.server.ingress;

import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.OwnRegistrations;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.routing.RegistrationBus;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.server.tunnel.NodeIdentity;
import io.tlstunnel.server.tunnel.ServerTunnel;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.server.tunnel.SessionEvents;
import io.tlstunnel.server.tunnel.Sessions;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.transport.socket.FarSockets;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what the sessions of this node ask for, and lets their visitors in. Control context only. */
public final class Ingress implements SessionEvents {
    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Context control;
    private ServerConfig config;
    private final NodeIdentity node;
    private final ServerMetrics metrics;
    private final Sessions sessions;
    private final OwnRegistrations own;
    private final RouteTable routes;
    private final RegistrationBus bus;
    private final Gate gate;
    private final VisitorRules rules;
    private final VisitorDoor door;
    private final HeldVisitors held;
    private final SocketListeners listeners;
    private final Publisher publisher;
    private final Map<IngressKey, ProxyMeter> meters = new HashMap<>();
    private final Map<Session, Set<IngressKey>> published = new HashMap<>();
    /** Sessions that are over and stay registered until their heir is, by the name of their client. */
    private final Map<String, List<Session>> replaced = new HashMap<>();

    private final long retryTimer;

    /**
     * @param control context of all this; called on it
     * @param ownPorts whether the node itself listens on a port
     */
    public Ingress(
            VertxRuntime runtime,
            Context control,
            ServerConfig config,
            NodeIdentity node,
            Claims claims,
            IntPredicate ownPorts,
            MemoryBudget budget,
            ServerMetrics metrics) {
        this.vertx = runtime.vertx();
        this.control = control;
        this.config = config;
        this.node = node;
        this.metrics = metrics;
        this.sessions = new Sessions(vertx, control, config.timing(), node.clients(), budget, this);
        this.own = new OwnRegistrations(node.id(), node.incarnation());
        this.routes = new RouteTable(node.incarnation(), registration -> retryHeld());
        this.bus = new RegistrationBus(vertx, control, node.incarnation(), own, routes::apply);
        this.gate = new Gate(System::nanoTime, metrics);
        this.rules = new VisitorRules(runtime, gate);
        this.door = new VisitorDoor(node, routes, sessions, metrics, rules);
        this.held = new HeldVisitors(vertx, config.timing().holdTimeout(), door::enter, metrics);
        this.listeners =
                new SocketListeners(runtime, FarSockets.of(config.engine().dataPath(), vertx), this::visitor, metrics);
        this.publisher = new Publisher(
                new PortPolicy(ownPorts), config.autoPorts(), claims, listeners, this::conflict, new Published());
        this.retryTimer = vertx.setPeriodic(RETRY.toMillis(), ignored -> publisher.retry());
    }

    /** Starts to listen for registrations. */
    public Future<Void> start() {
        return bus.start();
    }

    /** Another configuration holds, and other grants: everything is judged anew. */
    public void renew(ServerConfig changed) {
        config = changed;
        held.timeout(changed.timing().holdTimeout());
        publisher.autoPorts(changed.autoPorts());
        sessions.timing(changed.timing());
        sessions.regrant();
    }

    /** The sessions that this publishes for. */
    public Sessions sessions() {
        return sessions;
    }

    /** Closes every public socket; streams that run go on. */
    public Future<Void> close() {
        vertx.cancelTimer(retryTimer);
        held.close();
        return bus.close().transform(closed -> listeners.closeAll());
    }

    /** On the accepting context. */
    private void visitor(IngressKey key, AcceptedSocket socket) {
        if (gate.enter(key, socket) && !door.enter(key, socket)) {
            control.runOnContext(ignored -> held.hold(key, socket));
        }
    }

    private void retryHeld() {
        held.retry();
    }

    // ---- from sessions ----------------------------------------------------------------------------------------------

    @Override
    public void registered(Session session, List<ProxySpec> proxies) {
        publisher
                .publish(session, proxies)
                .onFailure(failure -> LOG.error("publishing for {} failed", session.client(), failure));
    }

    @Override
    public void permitted(Session session) {
        publisher.review(session).onFailure(failure -> LOG.error("judging {} anew failed", session.client(), failure));
    }

    @Override
    public void attached(Session session) {
        List<ProxyResult> results = publisher.results(session);
        if (session.revision() > 0 && !results.isEmpty()) {
            tell(session, results);
        }
        held.retry();
    }

    @Override
    public void superseded(Session old, Session heir) {
        metrics.sessions().down();
        publisher.inherit(old, heir).onFailure(failure -> LOG.error("taking over {} failed", old.client(), failure));
        Set<IngressKey> keys = published.remove(old);
        if (keys != null) {
            published.put(heir, keys);
        }
        replaced.computeIfAbsent(old.client(), any -> new ArrayList<>()).add(old);
    }

    @Override
    public void opened(Session session) {
        metrics.sessions().up();
    }

    @Override
    public void ended(Session session) {
        metrics.sessions().down();
        publisher.withdraw(session);
        announce(session, List.of());
        published.remove(session);
    }

    // ---- from the publisher -----------------------------------------------------------------------------------------

    private final class Published implements Publisher.Changes {
        @Override
        public void changed(Session session, List<ProxyResult> results, List<Registration.Entry> entries) {
            Ingress.this.changed(session, results, entries);
        }

        @Override
        public void withdrawn(Session session, PublishedProxy proxy, ResetCode code, String reason) {
            IngressKey key = proxy.key();
            if (key != null) {
                rules.withdraw(key, new ProxyId(session.client(), proxy.spec().name()), code, reason);
            }
        }
    }

    private void changed(Session session, List<ProxyResult> results, List<Registration.Entry> entries) {
        for (ProxyResult result : results) {
            if (result instanceof ProxyResult.Refused refused) {
                metrics.refused(refused.code());
                LOG.atWarn()
                        .setMessage("not published")
                        .addKeyValue("client", session.client())
                        .addKeyValue("proxy", refused.proxy())
                        .addKeyValue("code", refused.code())
                        .addKeyValue("reason", refused.reason())
                        .log();
            }
        }
        announce(session, entries);
        tell(session, results);
    }

    private void announce(Session session, List<Registration.Entry> entries) {
        meter(session, entries);
        register(session, entries);
        List<Session> before = replaced.remove(session.client());
        if (before != null) {
            before.forEach(old -> register(old, List.of()));
        }
    }

    private void register(Session session, List<Registration.Entry> entries) {
        Registration registration = own.change(session.client(), session.ref(), session.revision(), entries);
        routes.apply(registration);
        bus.publish(registration);
    }

    private void meter(Session session, List<Registration.Entry> entries) {
        Set<IngressKey> now = new HashSet<>();
        for (Registration.Entry entry : entries) {
            now.add(entry.key());
            gate.post(
                    entry.key(),
                    new ProxyId(session.client(), entry.proxy()),
                    session.entry().visits(),
                    publisher.visits(session, entry.proxy()));
            meters.computeIfAbsent(entry.key(), key -> {
                ProxyMeter meter = metrics.streams().published(session.client(), entry.proxy());
                door.meter(key, meter);
                return meter;
            });
        }
        Set<IngressKey> before = published.put(session, now);
        if (before != null) {
            before.stream().filter(key -> !now.contains(key)).forEach(this::unmeter);
        }
    }

    private void unmeter(IngressKey key) {
        ProxyMeter meter = meters.remove(key);
        if (meter != null) {
            gate.forget(key);
            door.forget(key);
            meter.unpublished();
        }
    }

    private void tell(Session session, List<ProxyResult> results) {
        ServerTunnel tunnel = session.pick();
        if (tunnel != null) {
            tunnel.send(new Frame.Registered(session.revision(), node.id(), results));
        }
    }

    private String conflict(IngressKey wanted, Claim claim, Session asking) {
        String holder = claim.client().equals(asking.client())
                ? "proxy " + claim.proxy() + " of this client"
                : "client " + claim.client() + " (proxy " + claim.proxy() + ")";
        String sentence = wanted + " is held by " + holder
                + (claim.key().equals(wanted) ? "" : ", which listens on " + claim.key());
        Session session = sessions.find(claim.session());
        if (session == null || session.state() != Session.State.SUSPENDED) {
            return sentence;
        }
        long goneMillis = System.currentTimeMillis() - session.suspendedAtMillis();
        long leftMillis = Math.max(0, config.timing().resumeTimeout().toMillis() - goneMillis);
        return sentence + "; it has lost its tunnel, and the port becomes free in " + (leftMillis + 999) / 1000
                + " s if it does not come back";
    }
}
