package io.tlstunnel.server;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.ConfigChanges;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.metrics.AdminApi;
import io.tlstunnel.metrics.AdminReload;
import io.tlstunnel.metrics.AdminServer;
import io.tlstunnel.metrics.ReadinessChecks;
import io.tlstunnel.metrics.RunningInfo;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.security.BalancerLeaves;
import io.tlstunnel.security.ClientKeys;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.cluster.ClusterNode;
import io.tlstunnel.server.cluster.ClusterSecrets;
import io.tlstunnel.server.ingress.Ingress;
import io.tlstunnel.server.ingress.Neighbours;
import io.tlstunnel.server.status.NodeStatus;
import io.tlstunnel.server.tunnel.Grants;
import io.tlstunnel.server.tunnel.LocalEpochs;
import io.tlstunnel.server.tunnel.NodeIdentity;
import io.tlstunnel.server.tunnel.Relaying;
import io.tlstunnel.server.tunnel.TunnelAcceptor;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.front.FastFront;
import io.tlstunnel.transport.front.Front;
import io.tlstunnel.transport.front.FrontConfig;
import io.tlstunnel.transport.front.FrontTls;
import io.tlstunnel.transport.front.PlainFront;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node, put together: started and closed in order. On its control context. */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long DRAIN_CHECK_MILLIS = 100;
    private static final Duration BALANCER_CHECK = Duration.ofSeconds(10);

    private final Vertx vertx;
    private volatile ServerConfig config;
    private final ServerMetrics metrics;
    private final MemoryBudget budget;
    private final VertxRuntime runtime;
    private final NodeSecrets secrets;
    private final Grants grants;
    private final Context control;
    private final Ingress ingress;
    private final TunnelAcceptor acceptor;
    private final NodeStatus status;
    private final @Nullable AdminReload reload;
    private final @Nullable ClusterNode cluster;
    private final Neighbours neighbours;
    private @Nullable Front front;
    private @Nullable AdminServer admin;
    private boolean catchingUp;
    private boolean draining;

    private Node(
            Vertx vertx,
            Context control,
            ServerConfig config,
            ServerMetrics metrics,
            NodeSecrets secrets,
            @Nullable AdminReload reload,
            MemoryBudget budget,
            long incarnation,
            @Nullable ClusterNode cluster) {
        this.reload = reload;
        this.vertx = vertx;
        this.config = config;
        this.metrics = metrics;
        this.secrets = secrets;
        this.grants = new Grants(secrets.keys());
        this.control = control;
        this.budget = budget;
        this.cluster = cluster;
        this.runtime = VertxRuntime.of(vertx);
        SecureRandom random = new SecureRandom();
        NodeKey key = secrets.cluster() == null
                ? NodeKey.random(random)
                : secrets.cluster().nodeKey();
        NodeIdentity identity = new NodeIdentity(config.name(), incarnation, key, grants, new AtomicLong());
        this.neighbours =
                cluster == null ? Neighbours.none(vertx, new LocalEpochs(random, System::currentTimeMillis)) : cluster;
        this.ingress = new Ingress(runtime, control, config, identity, neighbours, this::isOwnPort, budget, metrics);
        this.status = new NodeStatus(control, identity, ingress, cluster);
        this.acceptor = new TunnelAcceptor(
                config,
                identity,
                ingress.sessions(),
                control,
                runtime,
                budget,
                metrics,
                this::balancerLeaves,
                cluster == null ? Relaying.NONE : cluster.relaying(),
                cluster == null ? () -> 1 : cluster::members);
    }

    /** By the sockets, not by the configuration: that may say 0. */
    private boolean isOwnPort(int port) {
        ClusterConfig shared = config.cluster();
        return port == port()
                || port == adminPort()
                || (shared != null && shared.ownPorts().contains(port));
    }

    private Set<Fingerprint> balancerLeaves() {
        BalancerLeaves balancer = secrets.balancer();
        return balancer == null ? Set.of() : balancer.current();
    }

    /**
     * Opens everything; fails with a sentence, and nothing stays open, if it cannot.
     *
     * @param reload what the admin port can be asked to do, or null
     */
    static Future<Node> start(
            Vertx vertx, Context control, ServerConfig config, ServerMetrics metrics, @Nullable AdminReload reload) {
        MemoryBudget budget = new MemoryBudget(config.budget().memoryBudget());
        long incarnation = new SecureRandom().nextLong();
        return vertx.executeBlocking(() -> NodeSecrets.load(config))
                .compose(secrets -> join(vertx, control, config, metrics, secrets, budget, incarnation)
                        .compose(cluster -> {
                            Node node = new Node(
                                    vertx, control, config, metrics, secrets, reload, budget, incarnation, cluster);
                            return node.open()
                                    .recover(failure -> node.close().transform(closed -> Future.failedFuture(failure)))
                                    .map(node);
                        }));
    }

    private static Future<@Nullable ClusterNode> join(
            Vertx vertx,
            Context control,
            ServerConfig config,
            ServerMetrics metrics,
            NodeSecrets secrets,
            MemoryBudget budget,
            long incarnation) {
        ClusterConfig cluster = config.cluster();
        ClusterSecrets shared = secrets.cluster();
        if (cluster == null || shared == null) {
            return Future.succeededFuture(null);
        }
        return ClusterNode.join(VertxRuntime.of(vertx), control, config, cluster, shared, incarnation, budget, metrics)
                .map(joined -> joined);
    }

    private Future<Void> open() {
        watchBalancer();
        return ingress.start()
                .compose(started -> cluster == null ? Future.succeededFuture() : cluster.open(ingress))
                .compose(started -> openAdmin())
                .compose(opened -> catchUp())
                .compose(ready -> openFront())
                .onSuccess(opened -> describe());
    }

    private Future<Void> catchUp() {
        if (cluster == null) {
            return Future.succeededFuture();
        }
        catchingUp = true;
        return CatchUp.of(cluster, ingress, vertx).onSuccess(done -> catchingUp = false);
    }

    private Future<Void> openAdmin() {
        if (!config.admin().enabled()) {
            return Future.succeededFuture();
        }
        ReadinessChecks checks = new ReadinessChecks()
                .add("tunnel_port", () -> front == null ? "the tunnel port is not open yet" : null)
                .add("cluster", () -> catchingUp ? "the ports of the other nodes are not all tried yet" : null)
                .add("draining", () -> draining ? "this node is leaving" : null);
        AdminApi api = new AdminApi(reload, status);
        return AdminServer.start(vertx, config.admin(), metrics.registry(), checks, api)
                .onSuccess(server -> admin = server)
                .mapEmpty();
    }

    private Future<Void> openFront() {
        FrontConfig frontConfig = FrontConfig.of(config);
        FrontTls tls = secrets.tls() == null ? null : new TunnelFrontTls(secrets.tls());
        Future<? extends Front> opening = config.engine().dataPath() == DataPath.FAST
                ? FastFront.start(runtime, frontConfig, tls, acceptor)
                : PlainFront.start(runtime, frontConfig, tls, acceptor);
        return opening.onSuccess(opened -> front = opened).mapEmpty();
    }

    private void watchBalancer() {
        BalancerLeaves balancer = secrets.balancer();
        if (balancer != null) {
            vertx.setPeriodic(
                    BALANCER_CHECK.toMillis(),
                    ignored -> vertx.executeBlocking(() -> {
                                balancer.refresh();
                                return balancer;
                            })
                            .onFailure(failure -> LOG.atWarn()
                                    .setMessage("balancer_cert_path is not readable; what was known stays")
                                    .addKeyValue("reason", failure.getMessage())
                                    .log()));
        }
    }

    private void describe() {
        String dataPath = config.engine().dataPath().name().toLowerCase(Locale.ROOT);
        String io = runtime.io().name().toLowerCase(Locale.ROOT);
        metrics.process().running(new RunningInfo(RunningInfo.ofProgram(), io, secrets.engineWord(), dataPath));
        metrics.process().memory(budget::used, budget::total);
        LOG.atInfo()
                .setMessage("server listening")
                .addKeyValue("name", config.name())
                .addKeyValue("addr", new HostPort(config.bindAddr(), port()))
                .addKeyValue("path", config.wssPath())
                .addKeyValue("io", io)
                .addKeyValue("tls", secrets.engine())
                .addKeyValue("data_path", dataPath)
                .log();
        if (secrets.tls() != null) {
            LOG.atInfo()
                    .setMessage("certificate; a client may pin it with server_fingerprint")
                    .addKeyValue("sha256", secrets.tls().fingerprint())
                    .log();
        }
    }

    int port() {
        return front == null ? 0 : front.port();
    }

    int adminPort() {
        return admin == null ? 0 : admin.port();
    }

    Vertx bus() {
        return neighbours.bus();
    }

    ServerMetrics metrics() {
        return metrics;
    }

    /** Applies what may change while the node runs; completes with what differs. Any thread. */
    Future<ConfigChanges> renew(ServerConfig next) {
        return vertx.executeBlocking(() -> grants.keys().renewed(next.clients()), false)
                .compose(keys -> {
                    Promise<ConfigChanges> renewed = Promise.promise();
                    control.runOnContext(ignored -> Future.succeededFuture(keys)
                            .map(known -> apply(next, known))
                            .onComplete(renewed));
                    return renewed.future();
                });
    }

    private ConfigChanges apply(ServerConfig next, ClientKeys keys) {
        ConfigChanges changes = ConfigChanges.between(config, next);
        ServerConfig renewed = config.renewedBy(next);
        config = renewed;
        grants.replace(keys);
        acceptor.renew(renewed);
        ingress.renew(renewed);
        return changes;
    }

    /** Sends clients away and completes when the last stream is over, or after {@code drain_timeout}. */
    Future<Void> drain() {
        draining = true;
        acceptor.drain();
        int deadline =
                (int) Math.min(Integer.MAX_VALUE, config.timing().drainTimeout().toMillis());
        ingress.sessions().drain(new Frame.GoAway(GoAwayCode.DRAINING, "", "this node is leaving", deadline));
        Promise<Void> drained = Promise.promise();
        long end = System.nanoTime() + config.timing().drainTimeout().toNanos();
        vertx.setPeriodic(0, DRAIN_CHECK_MILLIS, timer -> {
            if (metrics.streams().open() == 0 || System.nanoTime() - end >= 0) {
                vertx.cancelTimer(timer);
                drained.complete();
            }
        });
        return drained.future();
    }

    /** Closes everything at once. Idempotent. */
    Future<Void> close() {
        Future<Void> frontClosed = front == null ? Future.succeededFuture() : front.close();
        Future<Void> tunnelsClosed =
                ingress.sessions().close(new Frame.GoAway(GoAwayCode.BYE, "", "the server stops", 0));
        return Future.join(frontClosed, tunnelsClosed)
                .transform(closed -> ingress.close())
                .transform(closed -> cluster == null ? Future.succeededFuture() : cluster.leave())
                .transform(closed -> admin == null ? Future.succeededFuture() : admin.close());
    }
}
