package io.tlstunnel.server.ingress;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.VisitRules;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.tunnel.Grants;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node listens on: what its own sessions have claimed, and what the route table says that any node has. Control
 * context only.
 */
final class PublicPorts implements Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(PublicPorts.class);

    private final Listeners sockets;
    private final Gate gate;
    private final VisitorDoor door;
    private final Grants grants;
    private final ServerMetrics metrics;
    private final Set<IngressKey> claimed = new HashSet<>();
    private final Map<IngressKey, Route> routed = new HashMap<>();
    private final Map<IngressKey, ProxyMeter> meters = new HashMap<>();
    /** Routed, but their address cannot be had here. */
    private final Map<IngressKey, String> failed = new HashMap<>();

    PublicPorts(Listeners sockets, Gate gate, VisitorDoor door, Grants grants, ServerMetrics metrics) {
        this.sockets = sockets;
        this.gate = gate;
        this.door = door;
        this.grants = grants;
        this.metrics = metrics;
    }

    /** A session of this node has claimed the key. */
    @Override
    public Future<Void> open(IngressKey key) {
        claimed.add(key);
        return sockets.open(key);
    }

    /** No session of this node has the key any more; another node's may. */
    @Override
    public void close(IngressKey key) {
        claimed.remove(key);
        closeIfUnused(key);
    }

    private void closeIfUnused(IngressKey key) {
        if (!claimed.contains(key) && !routed.containsKey(key)) {
            failed.remove(key);
            sockets.close(key);
        }
    }

    /** Visitors of the key go there. */
    void routed(IngressKey key, Route route) {
        Route before = routed.put(key, route);
        if (before != null && !ProxyId.of(before).equals(ProxyId.of(route))) {
            unmeter(key);
        }
        post(key, route);
        meters.computeIfAbsent(key, any -> {
            ProxyMeter meter = metrics.streams().published(route.client(), route.proxy().name());
            door.meter(key, meter);
            return meter;
        });
        listen(key);
    }

    private void listen(IngressKey key) {
        sockets.open(key)
                .onSuccess(open -> failed.remove(key))
                .onFailure(failure -> {
                    String reason = String.valueOf(failure.getMessage());
                    if (routed.containsKey(key) && !reason.equals(failed.put(key, reason)) && !claimed.contains(key)) {
                        LOG.atWarn()
                                .setMessage("not published at this node; it tries again")
                                .addKeyValue("address", key)
                                .addKeyValue("reason", reason)
                                .log();
                    }
                });
    }

    /** Nobody has the key. Returns where its visitors went, or null. */
    @Nullable
    Route unrouted(IngressKey key) {
        Route gone = routed.remove(key);
        unmeter(key);
        closeIfUnused(key);
        return gone;
    }

    private void unmeter(IngressKey key) {
        ProxyMeter meter = meters.remove(key);
        if (meter != null) {
            gate.forget(key);
            door.forget(key);
            meter.unpublished();
        }
    }

    /** Other grants hold. */
    void repost() {
        routed.forEach(this::post);
    }

    private void post(IngressKey key, Route route) {
        ClientEntry entry = grants.of(route.client());
        VisitRules ofClient = entry == null ? VisitRules.NONE : entry.visits();
        gate.post(key, ProxyId.of(route), ofClient, VisitRules.ofOptions(route.proxy().options()));
    }

    /** Tries again what could not be had. */
    void retry() {
        List.copyOf(failed.keySet()).forEach(this::listen);
    }
}
