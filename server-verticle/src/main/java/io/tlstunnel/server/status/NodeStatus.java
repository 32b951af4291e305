package io.tlstunnel.server.status;

import io.tlstunnel.metrics.AdminStatus;
import io.tlstunnel.server.cluster.ClusterNode;
import io.tlstunnel.server.cluster.Peer;
import io.tlstunnel.server.ingress.Ingress;
import io.tlstunnel.server.tunnel.NodeIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks the node on its control context, where all of its state lives. Any thread. */
public final class NodeStatus implements AdminStatus {
    private final Context control;
    private final NodeIdentity node;
    private final Ingress ingress;
    private final @Nullable ClusterNode cluster;
    private final Instant since = Instant.now();

    /**
     * @param control context of the node
     * @param cluster what it has to do with others, or null for a single node
     */
    public NodeStatus(Context control, NodeIdentity node, Ingress ingress, @Nullable ClusterNode cluster) {
        this.control = control;
        this.node = node;
        this.ingress = ingress;
        this.cluster = cluster;
    }

    @Override
    public Future<Answer> cluster() {
        return onControl(() -> Future.succeededFuture(new ClusterAnswer(
                node.id(),
                node.incarnation(),
                since,
                cluster == null ? null : cluster.nodeAddr(),
                peers().stream()
                        .map(peer -> new ClusterAnswer.Other(peer, ingress.isWhole(peer.incarnation())))
                        .toList())));
    }

    @Override
    public Future<Answer> proxies() {
        return onControl(() -> Future.succeededFuture(
                new ProxiesAnswer(node.id(), ingress.status().proxies(), names())));
    }

    @Override
    public Future<Answer> clients() {
        return onControl(() -> Future.succeededFuture(
                new ClientsAnswer(node.id(), ingress.status().clients(), names())));
    }

    @Override
    public Future<Answer> why(int port) {
        return onControl(() -> ingress.status().port(port).map(view -> new WhyAnswer(node.id(), view, names())));
    }

    private List<Peer> peers() {
        return cluster == null ? List.of() : cluster.peers();
    }

    private NodeNames names() {
        Map<Long, String> names = new HashMap<>();
        peers().forEach(peer -> names.put(peer.incarnation(), peer.name()));
        names.put(node.incarnation(), node.id());
        return new NodeNames(Map.copyOf(names));
    }

    /** Whatever goes wrong there is told here. */
    private Future<Answer> onControl(Supplier<Future<Answer>> question) {
        Promise<Answer> answer = Promise.promise();
        control.runOnContext(ignored ->
                Future.succeededFuture().compose(on -> question.get()).onComplete(answer));
        return answer.future();
    }
}
