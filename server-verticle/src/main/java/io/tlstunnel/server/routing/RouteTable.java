package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ingress key → route, made of the registrations of this node and of all others. Looked up on any thread, without a lock;
 * changed on the control context only.
 */
public final class RouteTable {
    private static final Comparator<Registration> BY_EPOCH = Comparator.comparingLong(
                    (Registration registration) -> registration.session().epoch())
            .thenComparingLong(registration -> registration.session().idHigh())
            .thenComparingLong(registration -> registration.session().idLow());

    private final long incarnation;
    private final Consumer<Registration> changed;
    private final Map<String, Map<Holding, Registration>> byClient = new HashMap<>();
    private final Map<String, Set<IngressKey>> keys = new HashMap<>();
    /** Who would have a key; more than one for as long as the news of a change takes. */
    private final Map<IngressKey, NavigableMap<String, Route>> candidates = new HashMap<>();

    private final Map<IngressKey, Route> routes = new ConcurrentHashMap<>();

    /** One node's share in one session. */
    private record Holding(long incarnation, SessionRef session) {
        static Holding of(Registration registration) {
            return new Holding(registration.incarnation(), registration.session());
        }
    }

    /**
     * @param incarnation this node's
     * @param changed told after each registration that was applied
     */
    public RouteTable(long incarnation, Consumer<Registration> changed) {
        this.incarnation = incarnation;
        this.changed = changed;
    }

    /** The route of a key, or null. */
    public @Nullable Route find(IngressKey key) {
        return routes.get(key);
    }

    /** Takes what one node says of one session, in the order in which it says so. */
    public void apply(Registration registration) {
        String client = registration.client();
        Map<Holding, Registration> holdings = byClient.computeIfAbsent(client, any -> new HashMap<>());
        if (registration.isWithdrawal()) {
            holdings.remove(Holding.of(registration));
        } else {
            holdings.put(Holding.of(registration), registration);
        }
        if (holdings.isEmpty()) {
            byClient.remove(client);
        }
        route(client, holdings.values().stream().toList());
        changed.accept(registration);
    }

    /** Only the session with the highest epoch is routed, and of it what was said with the highest revision. */
    private void route(String client, List<Registration> holdings) {
        Set<IngressKey> before = keys.getOrDefault(client, Set.of());
        Set<IngressKey> now = new HashSet<>();
        holdings.stream().max(BY_EPOCH.thenComparingLong(Registration::revision)).ifPresent(latest -> {
            List<Long> holders = holders(holdings, latest.session());
            for (Registration.Entry entry : latest.entries()) {
                now.add(entry.key());
                candidates
                        .computeIfAbsent(entry.key(), any -> new TreeMap<>())
                        .put(
                                client,
                                new Route(client, entry.proxy(), latest.session(), latest.revision(), holders));
                settle(entry.key());
            }
        });
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

    private List<Long> holders(List<Registration> holdings, SessionRef session) {
        List<Long> holders = new ArrayList<>();
        for (Registration holding : holdings) {
            if (holding.session().equals(session)) {
                holders.add(holding.incarnation());
            }
        }
        holders.sort(Comparator.comparing((Long holder) -> holder != incarnation).thenComparing(holder -> holder));
        return List.copyOf(holders);
    }

    private void settle(IngressKey key) {
        NavigableMap<String, Route> wanted = candidates.get(key);
        if (wanted == null || wanted.isEmpty()) {
            candidates.remove(key);
            routes.remove(key);
        } else {
            routes.put(key, wanted.firstEntry().getValue());
        }
    }
}
