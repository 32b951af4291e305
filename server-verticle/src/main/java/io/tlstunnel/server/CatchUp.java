package io.tlstunnel.server;

import io.tlstunnel.server.cluster.ClusterNode;
import io.tlstunnel.server.cluster.Peer;
import io.tlstunnel.server.ingress.Ingress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node waits for that joins others, before it is ready: it knows all that they hold, and has tried to listen on
 * each port that they publish. Control context only.
 */
final class CatchUp {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 20;

    private final ClusterNode cluster;
    private final Ingress ingress;
    /** By their incarnations; who comes later waits for this node, not the other way round. */
    private final Set<Long> there;

    private CatchUp(ClusterNode cluster, Ingress ingress) {
        this.cluster = cluster;
        this.ingress = ingress;
        this.there = cluster.peers().stream().map(Peer::incarnation).collect(Collectors.toUnmodifiableSet());
    }

    /** Completes when that is so; who does not tell is not waited for longer than {@link #PATIENCE}. */
    static Future<Void> of(ClusterNode cluster, Ingress ingress, Vertx vertx) {
        CatchUp catchUp = new CatchUp(cluster, ingress);
        if (catchUp.silent().isEmpty() && ingress.hasTriedPorts()) {
            return Future.succeededFuture();
        }
        Promise<Void> done = Promise.promise();
        long end = System.nanoTime() + PATIENCE.toNanos();
        vertx.setPeriodic(LOOK_MILLIS, timer -> {
            List<String> silent = catchUp.silent();
            boolean heard = silent.isEmpty() || System.nanoTime() - end >= 0;
            if (heard && ingress.hasTriedPorts()) {
                vertx.cancelTimer(timer);
                if (!silent.isEmpty()) {
                    warn(silent);
                }
                done.complete();
            }
        });
        return done.future();
    }

    /** Names of those that are still members and have not told all. */
    private List<String> silent() {
        return cluster.peers().stream()
                .filter(peer -> there.contains(peer.incarnation()) && !ingress.isWhole(peer.incarnation()))
                .map(Peer::name)
                .sorted()
                .toList();
    }

    private static void warn(List<String> silent) {
        LOG.atWarn()
                .setMessage(
                        "ready without the ports of nodes that do not tell what they publish; they are opened when they do")
                .addKeyValue("nodes", silent)
                .addKeyValue("waited_s", PATIENCE.toSeconds())
                .log();
    }
}
