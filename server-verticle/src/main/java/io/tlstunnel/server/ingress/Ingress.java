package io.tlstunnel.server.ingress;

import io.tlstunnel.config.BalancerConfig;
import io.tlstunnel.config.Publishing;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.ListenReport;
import io.tlstunnel.server.routing.Members;
import io.tlstunnel.server.routing.OrphanClaims;
import io.tlstunnel.server.routing.OwnRegistrations;
import io.tlstunnel.server.routing.PortSurvey;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.routing.RegistrationBus;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.routing.RouteChanges;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.server.tunnel.NodeIdentity;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.server.tunnel.SessionEvents;
import io.tlstunnel.server.tunnel.Sessions;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.transport.socket.FarSockets;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what the sessions of this node and of all others ask for, and lets their visitors in. Control context only.
 */
public final class Ingress implements SessionEvents, RouteChanges {
    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration EXPIRY = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context control;
    private ServerConfig config;
    private final NodeIdentity node;
    private final Neighbours neighbours;
    private final ServerMetrics metrics;
    private final SessionDirectory directory;
    private final Sessions sessions;
    private final RouteTable routes;
    private final RegistrationBus bus;
    private final PortSurvey survey;
    private final Gate gate;
    private final VisitorRules rules;
    private final VisitorDoor door;
    private final HeldVisitors held;
    private final SocketListeners listeners;
    private final PublicPorts ports;
    private final PortPicker picker;
    private final Publisher publisher;
    private final OrphanClaims orphans;
    private final IngressStatus status;
    private final Announcements announcements;
    private final ListenReports reports;
    private final SessionLinks links;
    private final Forerunners forerunners;
    private final List<Long> timers = new ArrayList<>();

    /**
     * @param control context of all this; called on it
     * @param neighbours what this node shares with others
     * @param ownPorts whether the node itself listens on a port
     */
    public Ingress(
            VertxRuntime runtime,
            Context control,
            ServerConfig config,
            NodeIdentity node,
            Neighbours neighbours,
            IntPredicate ownPorts,
            MemoryBudget budget,
            ServerMetrics metrics) {
        this.vertx = runtime.vertx();
        this.control = control;
        this.config = config;
        this.node = node;
        this.neighbours = neighbours;
        this.metrics = metrics;
        this.directory = new SessionDirectory(vertx, control, config.timing().resumeTimeout(), budget);
        this.sessions =
                new Sessions(vertx, config.timing(), node.clients(), node.key(), neighbours.epochs(), directory, this);
        OwnRegistrations own = new OwnRegistrations(node.id(), node.incarnation());
        this.announcements = new Announcements(node, own, this::publish);
        this.reports = new ListenReports(announcements);
        this.links = new SessionLinks(node, neighbours, directory);
        this.forerunners = new Forerunners(neighbours.claims(), announcements);
        this.routes = new RouteTable(node.incarnation(), config.timing().resumeTimeout(), this);
        this.bus = new RegistrationBus(neighbours.bus(), control, node.incarnation(), own, this::apply, this::reported);
        this.gate = new Gate(System::nanoTime, metrics);
        this.rules = new VisitorRules(runtime, gate);
        this.door = new VisitorDoor(
                node, routes, directory, metrics, rules, config.timing().holdTimeout());
        this.held = new HeldVisitors(vertx, config.timing().holdTimeout(), door::enter, metrics);
        this.listeners = new SocketListeners(
                runtime,
                control,
                FarSockets.of(config.engine().dataPath(), vertx),
                config.publishing().bind(),
                visitors(runtime),
                metrics);
        this.ports = new PublicPorts(
                listeners,
                config.publishing().on() == Publishing.On.ALL,
                gate,
                door,
                node.clients(),
                metrics,
                this::report);
        this.survey = new PortSurvey(neighbours.bus(), control, node.id(), node.incarnation(), ports::probe);
        PortPolicy policy = new PortPolicy(ownPorts);
        this.picker = new PortPicker(policy, neighbours.claims(), config.autoPorts());
        this.publisher = new Publisher(
                policy,
                picker,
                neighbours.claims(),
                ports,
                new ConflictSentence(sessions::find, () -> this.config.timing().resumeTimeout()),
                new OtherNodes(),
                new Published());
        this.orphans = new OrphanClaims(
                neighbours.claims(),
                claim -> routes.isAlive(claim.client(), claim.session()),
                config.timing().resumeTimeout());
        this.status = new IngressStatus(new IngressStatus.Parts(
                neighbours,
                node.clients(),
                ownPorts,
                routes,
                sessions,
                directory,
                ports,
                publisher,
                held,
                () -> this.config.timing().resumeTimeout(),
                reports::of));
        neighbours.onLinks(() -> control.runOnContext(ignored -> relink()));
    }

    /** Starts to listen for registrations. */
    public Future<Void> start() {
        timers.add(vertx.setPeriodic(RETRY.toMillis(), ignored -> {
            publisher.retry();
            ports.retry();
            cleanUp();
        }));
        timers.add(vertx.setPeriodic(EXPIRY.toMillis(), ignored -> routes.expire(System.currentTimeMillis())));
        return bus.start().compose(started -> survey.start());
    }

    private void cleanUp() {
        long now = System.currentTimeMillis();
        orphans.forget(now);
        if (neighbours.isCleaner()) {
            orphans.sweep(now)
                    .onSuccess(removed -> {
                        if (removed > 0) {
                            publisher.retry();
                        }
                    })
                    .onFailure(failure -> LOG.warn("the claims could not be looked through: {}", failure.getMessage()));
        }
    }

    /** A part of the cluster that was cut off is back: what was claimed there and here is settled. */
    public void reclaim() {
        publisher.reclaim();
    }

    /** These are the other members now, by their incarnations. */
    public void members(Set<Long> others) {
        bus.members(others);
        reports.members(others);
        survey.members(others);
    }

    /** Another configuration holds, and other grants: everything is judged anew. */
    public void renew(ServerConfig changed) {
        config = changed;
        held.timeout(changed.timing().holdTimeout());
        door.holdTimeout(changed.timing().holdTimeout());
        picker.autoPorts(changed.autoPorts());
        sessions.timing(changed.timing());
        routes.resumeTimeout(changed.timing().resumeTimeout());
        orphans.patience(changed.timing().resumeTimeout());
        ports.repost();
        sessions.regrant();
    }

    /** The sessions that this publishes for. */
    public Sessions sessions() {
        return sessions;
    }

    /** What there is to tell of it. */
    public IngressStatus status() {
        return status;
    }

    /** Whether this node knows all that the other one has told. */
    public boolean isWhole(long incarnation) {
        return bus.isWhole(incarnation);
    }

    /** Whether it has listened, or has tried to, on every port that it knows of. */
    public boolean hasTriedPorts() {
        return listeners.hasTriedAll();
    }

    /** The sessions of all nodes. */
    public SessionDirectory directory() {
        return directory;
    }

    /** Closes every public socket; streams that run go on. */
    public Future<Void> close() {
        timers.forEach(vertx::cancelTimer);
        held.close();
        directory.close();
        return bus.close().transform(closed -> survey.close()).transform(closed -> listeners.closeAll());
    }

    private BiConsumer<IngressKey, AcceptedSocket> visitors(VertxRuntime runtime) {
        BalancerConfig balancer = config.balancer();
        if (!balancer.tells(BalancerConfig.Way.VISITORS_PROXY_HEADER)) {
            return this::visitor;
        }
        Duration patience = config.timing().handshakeTimeout();
        return new BalancedVisitors(runtime, balancer, patience, door, metrics, this::visitor)::accept;
    }

    /** Any thread. */
    private void visitor(IngressKey key, AcceptedSocket socket) {
        if (gate.enter(key, socket) && !door.enter(key, socket)) {
            control.runOnContext(ignored -> held.hold(key, socket));
        }
    }

    // ---- from sessions ----------------------------------------------------------------------------------------------

    @Override
    public Optional<Wanted> known(Session session) {
        return routes.latest(session.client(), session.ref())
                .filter(latest -> latest.revision() > 0)
                .map(Ingress::wanted);
    }

    private static Wanted wanted(Registration latest) {
        return new Wanted(
                latest.revision(),
                latest.entries().stream().map(Registration.Entry::spec).toList());
    }

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
        announcements.announce(session);
        if (session.revision() > 0 && !publisher.knows(session)) {
            registered(session, session.proxies());
        } else {
            announcements.repeat(session);
        }
        held.retry();
    }

    @Override
    public void detached(Session session) {
        announcements.announce(session);
    }

    @Override
    public void superseded(Session old, Session heir) {
        metrics.sessions().down();
        publisher.inherit(old, heir).onFailure(failure -> LOG.error("taking over {} failed", old.client(), failure));
        replaced(old, List.of());
    }

    @Override
    public void supersededElsewhere(Session old) {
        metrics.sessions().down();
        replaced(old, publisher.abandon(old));
    }

    private void replaced(Session old, List<Claim> claimed) {
        forget(old);
        forerunners.add(old, claimed);
    }

    private void forget(Session session) {
        announcements.forget(session);
        reports.forget(session);
    }

    @Override
    public void opened(Session session) {
        metrics.sessions().up();
    }

    @Override
    public void ended(Session session, boolean goodbye) {
        metrics.sessions().down();
        forget(session);
        announcements.end(session, goodbye ? Registration.Part.LEFT : Registration.Part.OVER);
        publisher.withdraw(session, !routes.isAlive(session.client(), session.ref()));
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

    private final class OtherNodes implements Elsewhere {
        @Override
        public boolean mayHave(IngressKey key) {
            return neighbours.isCluster() && !isForAll();
        }

        @Override
        public Future<Optional<String>> objection(Session session, IngressKey key) {
            return isForAll() && !has(session, key) ? survey.objection(key) : Future.succeededFuture(Optional.empty());
        }

        @Override
        public boolean has(Session session, IngressKey key) {
            Members members = routes.find(key);
            return members != null
                    && members.routes().stream()
                            .anyMatch(route -> route.session().equals(session.ref()));
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
        announcements.decided(session, results, entries);
    }

    // ---- addresses that a node cannot have --------------------------------------------------------------------------

    private void report(Route route) {
        if (neighbours.isCluster()) {
            bus.publish(new ListenReport(
                    node.id(), node.incarnation(), route.client(), route.session(), ports.failed(route.session())));
        }
    }

    private void reported(ListenReport report) {
        Session session = sessions.find(report.session());
        if (session == null || report.node().equals(node.id())) {
            return;
        }
        boolean isNew = reports.heard(session, report);
        if (isNew && isForAll()) {
            report.failed()
                    .forEach((key, reason) ->
                            publisher.failedElsewhere(session, key, "at node " + report.node() + ": " + reason));
        }
    }

    private boolean isForAll() {
        return config.publishing().policy() == Publishing.Policy.ALL;
    }

    // ---- to and from the route table --------------------------------------------------------------------------------

    private void publish(Registration change) {
        apply(change);
        bus.publish(change);
    }

    private void apply(Registration change) {
        routes.apply(change, System.currentTimeMillis());
    }

    @Override
    public void routed(IngressKey key, Members members) {
        ports.routed(key, members.routes()).forEach(gone -> left(key, gone));
        Route route = members.first();
        if (route.proxy().publishPort() == 0) {
            picker.picked(route.client(), route.proxy().name(), key.port());
        }
        held.retry();
    }

    @Override
    public void unrouted(IngressKey key) {
        ports.unrouted(key).forEach(gone -> left(key, gone));
    }

    /** Who only had to give way to another client keeps what runs; who wants it no more does not. */
    private void left(IngressKey key, Route gone) {
        if (!routes.wants(gone.client(), key)
                && !routes.gaveWay(gone)
                && routes.isAlive(gone.client(), gone.session())
                && !gate.isPosted(ProxyId.of(gone))) {
            rules.withdraw(key, ProxyId.of(gone), ResetCode.NO_SUCH_PROXY, "the client no longer publishes this proxy");
        }
    }

    @Override
    public void held(String client, SessionRef session, List<Holder> at) {
        routes.latest(client, session).ifPresent(latest -> sessions.superseded(client, session, latest.node()));
        links.held(client, session, at);
        held.retry();
    }

    /** Links have come up or gone. */
    private void relink() {
        links.relink();
        held.retry();
    }

    @Override
    public void settled(String client, SessionRef session) {
        control.runOnContext(ignored -> {
            forerunners.release(client);
            follow(client, session);
        });
    }

    /** Another node may have heard what the client wants now. */
    private void follow(String client, SessionRef ref) {
        Session session = sessions.find(ref);
        routes.latest(client, ref)
                .filter(latest -> session != null && latest.revision() > session.revision())
                .map(Ingress::wanted)
                .ifPresent(wanted -> sessions.follow(Objects.requireNonNull(session), wanted));
    }

    @Override
    public void over(String client, SessionRef session) {
        forget(client, session);
        directory.end(session, ResetCode.SESSION_ENDED, "the session has ended");
    }

    @Override
    public void left(String client, SessionRef session) {
        forget(client, session);
        directory.leave(session);
    }

    private void forget(String client, SessionRef session) {
        orphans.over(session, System.currentTimeMillis());
        links.over(client, session);
        control.runOnContext(ignored -> {
            if (!links.knows(client)) {
                forerunners.release(client);
            }
        });
    }
}
