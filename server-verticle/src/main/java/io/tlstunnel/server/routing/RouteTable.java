package io.tlstunnel.server.routing;

import io.tlstunnel.config.Sharing;
import io.tlstunnel.server.routing.Members.Member;
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
    /** Who would have a key: the members of its group; others for as long as the news of a change takes. */
    private final Map<IngressKey, NavigableMap<String, Member>> candidates = new HashMap<>();

    private final Map<IngressKey, Members> routes = new ConcurrentHashMap<>();

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

    /** Who gets the visitors of a key, or null. */
    public @Nullable Members find(IngressKey key) {
        return routes.get(key);
    }

    /** All keys that are routed. Any thread. */
    public Map<IngressKey, Members> all() {
        return Map.copyOf(routes);
    }

    /** Every client that any node knows, by name. */
    public List<RoutedClient> clients() {
        return clients.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(known -> known.getValue().view(known.getKey()).stream())
                .toList();
    }

    /** Whether that client would have the key, if no other one had. */
    public boolean wants(String client, IngressKey key) {
        return keys.getOrDefault(client, Set.of()).contains(key);
    }

    /** Whether the client wants that proxy still, and another one has its key. */
    public boolean gaveWay(Route gone) {
        return latest(gone.client(), gone.session()).stream()
                .flatMap(latest -> latest.entries().stream())
                .anyMatch(entry -> entry.conflict()
                        && entry.spec().name().equals(gone.proxy().name()));
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
        settle(client, known, nowMillis);
    }

    /** Waits no longer for sessions whose node went {@code resume_timeout} ago. */
    public void expire(long nowMillis) {
        for (Map.Entry<String, KnownClient> each : List.copyOf(clients.entrySet())) {
            if (each.getValue().expire(nowMillis - resumeTimeout.toMillis())) {
                settle(each.getKey(), each.getValue(), nowMillis);
            }
        }
    }

    private void settle(String client, KnownClient known, long nowMillis) {
        KnownClient.Outcome outcome = known.settle();
        outcome.left().forEach(session -> changes.left(client, session));
        outcome.over().forEach(session -> changes.over(client, session));
        SessionRef current = outcome.current();
        if (current == null) {
            route(client, List.of(), nowMillis);
        } else {
            if (outcome.holdersChanged()) {
                changes.held(client, current, known.holders());
            }
            List<Registration> said = known.said();
            if (!said.isEmpty()) {
                route(client, said, nowMillis);
                changes.settled(client, current);
            }
        }
        if (known.isEmpty()) {
            clients.remove(client);
        }
    }

    /** Of one session, by all nodes that know its latest revision. */
    private void route(String client, Collection<Registration> said, long nowMillis) {
        Set<IngressKey> before = keys.getOrDefault(client, Set.of());
        Set<IngressKey> now = new HashSet<>();
        for (Registration registration : said) {
            for (Registration.Entry entry : registration.entries()) {
                IngressKey key = entry.key();
                if (key != null && now.add(key)) {
                    Route route = new Route(client, entry.spec(), registration.session(), registration.revision());
                    candidates
                            .computeIfAbsent(key, any -> new TreeMap<>())
                            .compute(client, (any, known) -> member(route, known, nowMillis));
                }
            }
        }
        if (now.isEmpty()) {
            keys.remove(client);
        } else {
            keys.put(client, now);
        }
        now.forEach(this::settle);
        for (IngressKey key : before) {
            if (!now.contains(key)) {
                candidates.getOrDefault(key, new TreeMap<>()).remove(client);
                settle(key);
            }
        }
    }

    private static Member member(Route route, @Nullable Member known, long nowMillis) {
        Sharing sharing = sharing(route);
        if (known == null || !sharing.isWell()) {
            return new Member(route, sharing, 0);
        }
        return new Member(route, sharing, known.sharing().isWell() ? known.risingSince() : nowMillis);
    }

    /** A node of another version may have let options pass that make no sense here. */
    private static Sharing sharing(Route route) {
        try {
            return Sharing.ofOptions(route.proxy().options());
        } catch (IllegalArgumentException unknown) {
            return Sharing.NONE;
        }
    }

    private void settle(IngressKey key) {
        NavigableMap<String, Member> wanted = candidates.get(key);
        if (wanted == null || wanted.isEmpty()) {
            candidates.remove(key);
            if (routes.remove(key) != null) {
                changes.unrouted(key);
            }
            return;
        }
        Member first = wanted.firstEntry().getValue();
        List<Member> fellows = wanted.values().stream()
                .filter(member -> member.equals(first) || member.sharing().isFellow(first.sharing()))
                .toList();
        Members before = routes.get(key);
        if (before == null || !before.consistsOf(fellows)) {
            Members members = Members.of(fellows, before);
            routes.put(key, members);
            changes.routed(key, members);
        }
    }
}
