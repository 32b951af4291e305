package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ingress key → route, made of the registrations of this node and of all others. Looked up on any thread, without a lock;
 * changed on the control context only.
 */
public final class RouteTable {
    private final long incarnation;
    private Duration resumeTimeout;
    private final RouteChanges changes;
    private final Map<String, KnownClient> clients = new HashMap<>();
    private final Map<String, Set<IngressKey>> keys = new HashMap<>();
    /** Who would have a key; more than one for as long as the news of a change takes. */
    private final Map<IngressKey, NavigableMap<String, Route>> candidates = new HashMap<>();

    private final Map<IngressKey, Route> routes = new ConcurrentHashMap<>();

    /**
     * @param incarnation this node's
     * @param resumeTimeout how long a session is waited for whose node is gone
     */
    public RouteTable(long incarnation, Duration resumeTimeout, RouteChanges changes) {
        this.incarnation = incarnation;
        this.resumeTimeout = resumeTimeout;
        this.changes = changes;
    }

    /** Another time holds from now on. */
    public void resumeTimeout(Duration changed) {
        resumeTimeout = changed;
    }

    /** The route of a key, or null. */
    public @Nullable Route find(IngressKey key) {
        return routes.get(key);
    }

    /** All keys that are routed. Any thread. */
    public Map<IngressKey, Route> all() {
        return Map.copyOf(routes);
    }

    /** Every client that any node knows, by name. */
    public List<RoutedClient> clients() {
        return clients.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(known -> known.getValue().view(known.getKey()).stream())
                .toList();
    }

    /** The whole set of proxies of a session with the highest revision that any node knows. */
    public Optional<Registration> latest(String client, SessionRef session) {
        KnownClient known = clients.get(client);
        return known == null ? Optional.empty() : known.latest(session);
    }

    /** Whether any node has a part in that session. */
    public boolean isAlive(String client, SessionRef session) {
        KnownClient known = clients.get(client);
        return known != null && known.isAlive(session);
    }

    /** Takes what one node says of one session, in the order in which it says so. */
    public void apply(Registration registration, long nowMillis) {
        String client = registration.client();
        KnownClient known = clients.computeIfAbsent(client, any -> new KnownClient(incarnation));
        known.apply(registration, nowMillis);
        settle(client, known);
    }

    /** Waits no longer for sessions whose node went {@code resume_timeout} ago. */
    public void expire(long nowMillis) {
        for (Map.Entry<String, KnownClient> each : List.copyOf(clients.entrySet())) {
            if (each.getValue().expire(nowMillis - resumeTimeout.toMillis())) {
                settle(each.getKey(), each.getValue());
            }
        }
    }

    private void settle(String client, KnownClient known) {
        KnownClient.Outcome outcome = known.settle();
        outcome.left().forEach(session -> changes.left(client, session));
        outcome.over().forEach(session -> changes.over(client, session));
        SessionRef current = outcome.current();
        if (current == null) {
            route(client, List.of());
        } else {
            if (outcome.holdersChanged()) {
                changes.held(client, current, known.holders());
            }
            List<Registration> said = known.said();
            if (!said.isEmpty()) {
                route(client, said);
                changes.settled(client, current);
            }
        }
        if (known.isEmpty()) {
            clients.remove(client);
        }
    }

    /** Of one session, by all nodes that know its latest revision. */
    private void route(String client, Collection<Registration> said) {
        Set<IngressKey> before = keys.getOrDefault(client, Set.of());
        Set<IngressKey> now = new HashSet<>();
        for (Registration registration : said) {
            for (Registration.Entry entry : registration.entries()) {
                IngressKey key = entry.key();
                if (key != null && now.add(key)) {
                    candidates
                            .computeIfAbsent(key, any -> new TreeMap<>())
                            .put(
                                    client,
                                    new Route(client, entry.spec(), registration.session(), registration.revision()));
                    settle(key);
                }
            }
        }
        for (IngressKey key : before) {
            if (!now.contains(key)) {
                candidates.getOrDefault(key, new TreeMap<>()).remove(client);
                settle(key);
            }
        }
        if (now.isEmpty()) {
            keys.remove(client);
        } else {
            keys.put(client, now);
        }
    }

    private void settle(IngressKey key) {
        NavigableMap<String, Route> wanted = candidates.get(key);
        if (wanted == null || wanted.isEmpty()) {
            candidates.remove(key);
            if (routes.remove(key) != null) {
                changes.unrouted(key);
            }
            return;
        }
        Route route = wanted.firstEntry().getValue();
        if (!route.equals(routes.put(key, route))) {
            changes.routed(key, route);
        }
    }
}
