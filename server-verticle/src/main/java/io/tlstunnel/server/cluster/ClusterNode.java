package io.tlstunnel.server.cluster;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.ingress.Ingress;
import io.tlstunnel.server.ingress.Neighbours;
import io.tlstunnel.server.link.NodeLinks;
import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.routing.SharedClaims;
import io.tlstunnel.server.tunnel.Epochs;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.Relaying;
import io.tlstunnel.transport.Hop;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of several nodes: what it shares with the others, and its links to them. The cluster has a Vert.x of its own, so that
 * whoever deploys the node need not know of it.
 */
public final class ClusterNode implements Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

    private final Cluster cluster;
    private final Context control;
    private final String nodeAddr;
    private final Claims claims;
    private final Epochs epochs;
    private final NodeLinks links;
    private final ServerMetrics metrics;
    private final Map<Long, Instant> met = new HashMap<>();
    private volatile int members = 1;

    private ClusterNode(
            Cluster cluster,
            Context control,
            String nodeAddr,
            Claims claims,
            Epochs epochs,
            NodeLinks links,
            ServerMetrics metrics) {
        this.cluster = cluster;
        this.control = control;
        this.nodeAddr = nodeAddr;
        this.claims = claims;
        this.epochs = epochs;
        this.links = links;
        this.metrics = metrics;
    }

    /**
     * Joins the others, or begins if nobody is there. Takes a few seconds.
     *
     * @param control context of the node
     */
    public static Future<ClusterNode> join(
            VertxRuntime runtime,
            Context control,
            ServerConfig config,
            ClusterConfig cluster,
            ClusterSecrets secrets,
            long incarnation,
            MemoryBudget budget,
            ServerMetrics metrics) {
        Vertx vertx = runtime.vertx();
        NodeLinks links = new NodeLinks(
                config.name(),
                incarnation,
                secrets.linkKey(),
                secrets.nodeKey(),
                secrets.tls(),
                config,
                cluster,
                runtime,
                budget,
                metrics);
        return vertx.executeBlocking(() -> NodeAddress.of(cluster, MemberAddresses.of(cluster)))
                .compose(nodeAddr -> Hop.to(
                                control,
                                Cluster.join(
                                        VertxRuntime.builder(runtime.io()),
                                        new VertxOptions().setEventLoopPoolSize(1),
                                        cluster,
                                        secrets.authority(),
                                        config.name(),
                                        nodeAddr,
                                        incarnation))
                        .compose(joined -> shared(joined, control, nodeAddr, links, metrics)
                                .recover(failure -> joined.leave().transform(left -> Future.failedFuture(failure)))));
    }

    private static Future<ClusterNode> shared(
            Cluster joined, Context control, String nodeAddr, NodeLinks links, ServerMetrics metrics) {
        Future<Claims> claims = SharedClaims.of(joined.vertx());
        Future<Epochs> epochs = SharedEpochs.of(joined.vertx(), new SecureRandom());
        return Hop.to(control, Future.all(claims, epochs))
                .map(both -> new ClusterNode(
                        joined,
                        control,
                        nodeAddr,
                        new HoppingClaims(control, claims.result()),
                        (name, proved) -> Hop.to(control, epochs.result().rule(name, proved)),
                        links,
                        metrics));
    }

    /** Opens the link port and tells {@code ingress} who is there, now and whenever that changes. */
    public Future<Void> open(Ingress ingress) {
        return links.listen(nodeAddr, ingress.directory()).onSuccess(open -> {
            cluster.onChange(() -> control.runOnContext(ignored -> meet(ingress)));
            cluster.onMerge(() -> control.runOnContext(ignored -> {
                LOG.info("the cluster is whole again");
                meet(ingress);
                ingress.reclaim();
            }));
            meet(ingress);
        });
    }

    private void meet(Ingress ingress) {
        Map<Long, InetSocketAddress> others = cluster.others();
        if (others.size() + 1 != members) {
            LOG.atInfo()
                    .setMessage("cluster")
                    .addKeyValue("members", others.size() + 1)
                    .addKeyValue("node_addr", nodeAddr)
                    .log();
        }
        members = others.size() + 1;
        metrics.members(members);
        met.keySet().retainAll(others.keySet());
        others.keySet().forEach(incarnation -> met.putIfAbsent(incarnation, Instant.now()));
        links.members(others);
        ingress.members(others.keySet());
    }

    /** The other members. On the control context. */
    public List<Peer> peers() {
        Map<Long, InetSocketAddress> others = cluster.others();
        Map<Long, String> names = cluster.names();
        List<Peer> peers = new ArrayList<>();
        met.forEach((incarnation, since) -> {
            InetSocketAddress link = others.get(incarnation);
            if (link != null) {
                String name = names.getOrDefault(incarnation, Long.toHexString(incarnation));
                peers.add(new Peer(name, incarnation, link, since, links.count(incarnation)));
            }
        });
        return peers;
    }

    /** Address that the others reach this node at. Any thread. */
    public String nodeAddr() {
        return nodeAddr;
    }

    /** Nodes, this one included. Any thread. */
    public int members() {
        return members;
    }

    public Relaying relaying() {
        return links;
    }

    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public boolean isCleaner() {
        return cluster.isOldest();
    }

    @Override
    public Vertx bus() {
        return cluster.vertx();
    }

    @Override
    public Claims claims() {
        return claims;
    }

    @Override
    public Epochs epochs() {
        return epochs;
    }

    @Override
    public @Nullable NodeTunnel linkTo(Holder holder) {
        return links.to(holder);
    }

    @Override
    public void onLinks(Runnable changed) {
        links.onChange(changed);
    }

    /** Leaves the others. */
    public Future<Void> leave() {
        return links.close().transform(closed -> Hop.to(control, cluster.leave()));
    }
}
