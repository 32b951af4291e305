package io.tlstunnel.server.ingress;

import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Members;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.server.tunnel.SessionPaths;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the client that a visitor goes to: the one that has the key, or a member of the group that has. Any thread. */
final class Ways {
    private final RouteTable routes;
    private final SessionDirectory sessions;
    private final Map<IngressKey, Map<ProxyId, ProxyMeter>> meters = new ConcurrentHashMap<>();

    Ways(RouteTable routes, SessionDirectory sessions) {
        this.routes = routes;
        this.sessions = sessions;
    }

    /** Counts the streams of those whom a key leads to from now on. */
    void meters(IngressKey key, Map<ProxyId, ProxyMeter> of) {
        if (of.isEmpty()) {
            meters.remove(key);
        } else {
            meters.put(key, Map.copyOf(of));
        }
    }

    /** Whether there may be another way beside one. */
    boolean isGroup(IngressKey key) {
        Members members = routes.find(key);
        return members != null && members.isGroup();
    }

    /**
     * A way for the next visitor.
     *
     * @param tried clients that are passed over
     * @return null if there is none right now
     */
    @Nullable
    Way choose(IngressKey key, Set<String> tried) {
        Members members = routes.find(key);
        if (members == null) {
            return null;
        }
        if (!members.isGroup()) {
            return way(key, members.first(), tried);
        }
        Route chosen = members.choose(route -> load(key, route, tried), System.currentTimeMillis());
        return chosen == null ? null : way(key, chosen, tried);
    }

    /** A tunnel or link that the next visitor could be given to; of a group, one of any member's. */
    @Nullable
    NodeTunnel likely(IngressKey key) {
        Members members = routes.find(key);
        return members == null
                ? null
                : members.routes().stream()
                        .map(route -> sessions.find(route.session()))
                        .filter(Objects::nonNull)
                        .map(SessionPaths::pick)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private int load(IngressKey key, Route route, Set<String> tried) {
        Way way = way(key, route, tried);
        return way == null ? Members.NOT_TO_BE_HAD : way.paths().entered();
    }

    private @Nullable Way way(IngressKey key, Route route, Set<String> tried) {
        SessionPaths paths = tried.contains(route.client()) ? null : sessions.find(route.session());
        NodeTunnel tunnel = paths == null ? null : paths.pick();
        ProxyMeter meter = meters.getOrDefault(key, Map.of()).get(ProxyId.of(route));
        return paths == null || tunnel == null || meter == null ? null : new Way(route, paths, tunnel, meter);
    }
}
