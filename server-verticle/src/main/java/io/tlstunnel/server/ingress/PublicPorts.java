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
    private final Map<IngressKey, List<Route>> routed = new HashMap<>();
    private final Map<IngressKey, Map<ProxyId, ProxyMeter>> meters = new HashMap<>();
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

    /** For a session of another node: who does not listen for those has nothing against it. */
    @Override
    public Future<Void> probe(IngressKey key) {
        return everywhere ? sockets.probe(key) : Future.succeededFuture();
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

    /** Visitors of the key go to these. Returns to whom they went before, and do not any more. */
    List<Route> routed(IngressKey key, List<Route> now) {
        List<Route> before = routed.put(key, List.copyOf(now));
        List<Route> gone = before == null
                ? List.of()
                : before.stream().filter(route -> isNone(route, now)).toList();
        gone.forEach(route -> unmeter(key, ProxyId.of(route)));
        now.forEach(route -> post(key, route));
        now.forEach(route -> meters.computeIfAbsent(key, any -> new HashMap<>())
                .computeIfAbsent(
                        ProxyId.of(route),
                        any -> metrics.streams()
                                .published(route.client(), route.proxy().name())));
        door.meters(key, meters.getOrDefault(key, Map.of()));
        listen(key);
        return gone;
    }

    private static boolean isNone(Route route, List<Route> of) {
        return of.stream().noneMatch(other -> ProxyId.of(other).equals(ProxyId.of(route)));
    }

    private void listen(IngressKey key) {
        if (everywhere || claimed.contains(key)) {
            sockets.open(key)
                    .onSuccess(open -> listens(key))
                    .onFailure(failure -> listensNot(key, String.valueOf(failure.getMessage())));
        }
    }

    private void listens(IngressKey key) {
        if (failed.remove(key) != null) {
            routes(key).forEach(failures);
        }
    }

    private void listensNot(IngressKey key, String reason) {
        if (routes(key).isEmpty() || reason.equals(failed.put(key, reason))) {
            return;
        }
        routes(key).forEach(failures);
        if (!claimed.contains(key)) {
            LOG.atWarn()
                    .setMessage("not published at this node; it tries again")
                    .addKeyValue("address", key)
                    .addKeyValue("reason", reason)
                    .log();
        }
    }

    private List<Route> routes(IngressKey key) {
        return routed.getOrDefault(key, List.of());
    }

    /** Why addresses of a session cannot be had here. */
    Map<IngressKey, String> failed(SessionRef session) {
        Map<IngressKey, String> found = new HashMap<>();
        failed.forEach((key, reason) -> {
            if (routes(key).stream().anyMatch(route -> route.session().equals(session))) {
                found.put(key, reason);
            }
        });
        return found;
    }

    /** Nobody has the key. Returns to whom its visitors went. */
    List<Route> unrouted(IngressKey key) {
        List<Route> gone = routed.remove(key);
        door.meters(key, Map.of());
        if (gone != null) {
            gone.forEach(route -> unmeter(key, ProxyId.of(route)));
        }
        boolean couldNot = failed.remove(key) != null;
        closeIfUnused(key);
        if (gone == null) {
            return List.of();
        }
        if (couldNot) {
            gone.forEach(failures);
        }
        return gone;
    }

    private void unmeter(IngressKey key, ProxyId proxy) {
        Map<ProxyId, ProxyMeter> known = meters.get(key);
        if (known == null) {
            return;
        }
        ProxyMeter meter = known.remove(proxy);
        if (meter != null) {
            gate.forget(key, proxy);
            meter.unpublished();
        }
        if (known.isEmpty()) {
            meters.remove(key);
        }
    }

    /** Other grants hold. */
    void repost() {
        routed.forEach((key, routes) -> routes.forEach(route -> post(key, route)));
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
            if (routed.containsKey(key)) {
                // The others may not have heard.
                routes(key).forEach(failures);
                listen(key);
            }
        }
    }
}
