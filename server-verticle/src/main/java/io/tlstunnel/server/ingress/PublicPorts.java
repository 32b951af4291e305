package io.tlstunnel.server.ingress;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.VisitRules;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.tunnel.Grants;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
    private final boolean everywhere;
    private final Consumer<Route> failures;
    private final Set<IngressKey> claimed = new HashSet<>();
    private final Map<IngressKey, Route> routed = new HashMap<>();
    private final Map<IngressKey, ProxyMeter> meters = new HashMap<>();
    /** Routed, but their address cannot be had here. */
    private final Map<IngressKey, String> failed = new HashMap<>();

    /**
     * @param everywhere whether this node listens for sessions that have no tunnel here
     * @param failures told of a client for which an address cannot be had here, or can be again
     */
    PublicPorts(
            Listeners sockets,
            boolean everywhere,
            Gate gate,
            VisitorDoor door,
            Grants grants,
            ServerMetrics metrics,
            Consumer<Route> failures) {
        this.sockets = sockets;
        this.everywhere = everywhere;
        this.failures = failures;
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

    @Override
    public SocketStatus status(IngressKey key) {
        String reason = failed.get(key);
        SocketStatus status = sockets.status(key);
        return reason == null || status.state() != SocketStatus.State.CLOSED
                ? status
                : new SocketStatus(SocketStatus.State.FAILED, status.address(), reason);
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
            ProxyMeter meter =
                    metrics.streams().published(route.client(), route.proxy().name());
            door.meter(key, meter);
            return meter;
        });
        listen(key);
    }

    private void listen(IngressKey key) {
        if (everywhere || claimed.contains(key)) {
            sockets.open(key)
                    .onSuccess(open -> listens(key))
                    .onFailure(failure -> listensNot(key, String.valueOf(failure.getMessage())));
        }
    }

    private void listens(IngressKey key) {
        Route route = routed.get(key);
        if (failed.remove(key) != null && route != null) {
            failures.accept(route);
        }
    }

    private void listensNot(IngressKey key, String reason) {
        Route route = routed.get(key);
        if (route == null || reason.equals(failed.put(key, reason))) {
            return;
        }
        failures.accept(route);
        if (!claimed.contains(key)) {
            LOG.atWarn()
                    .setMessage("not published at this node; it tries again")
                    .addKeyValue("address", key)
                    .addKeyValue("reason", reason)
                    .log();
        }
    }

    /** Why addresses of a session cannot be had here. */
    Map<IngressKey, String> failed(SessionRef session) {
        Map<IngressKey, String> found = new HashMap<>();
        failed.forEach((key, reason) -> {
            Route route = routed.get(key);
            if (route != null && route.session().equals(session)) {
                found.put(key, reason);
            }
        });
        return found;
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
        gate.post(
                key,
                ProxyId.of(route),
                ofClient,
                VisitRules.ofOptions(route.proxy().options()));
    }

    /** Tries again what could not be had. */
    void retry() {
        for (IngressKey key : List.copyOf(failed.keySet())) {
            Route route = routed.get(key);
            if (route != null) {
                // The others may not have heard.
                failures.accept(route);
                listen(key);
            }
        }
    }
}
