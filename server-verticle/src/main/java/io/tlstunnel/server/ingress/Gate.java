package io.tlstunnel.server.ingress;

import io.tlstunnel.config.VisitRules;
import io.tlstunnel.logging.LogThrottle;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.admin.VisitorRefusal;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.transport.limit.Bandwidth;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.wire.Endpoint;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who of the visitors comes in, by address and by how many came lately: decided before anything is read of them. The
 * rules of the client's key and those of the proxy hold both. Of a group the addresses are those that all its members let
 * in, and each member counts those who are to go to it. Changed on the control context, asked on any thread.
 */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    /** Lines about visitors who were turned away, of one kind, in 10 s. */
    private static final int LINES = 5;

    private record Posted(ProxyId proxy, VisitRules ofClient, VisitRules ofProxy, VisitLimits client, VisitLimits own) {
        boolean admits(InetSocketAddress visitor) {
            return ofClient.from().admit(visitor.getAddress()) && ofProxy.from().admit(visitor.getAddress());
        }

        boolean counts() {
            if (!client.enter()) {
                return false;
            }
            if (!own.enter()) {
                client.putBack();
                return false;
            }
            return true;
        }
    }

    private final LongSupplier nanoTime;
    private final ServerMetrics metrics;
    private final LogThrottle<VisitorRefusal> lines;
    private final Map<IngressKey, List<Posted>> posted = new ConcurrentHashMap<>();
    private final Map<String, VisitLimits> ofClients = new HashMap<>();
    private final Map<ProxyId, VisitLimits> ofProxies = new ConcurrentHashMap<>();

    Gate(LongSupplier nanoTime, ServerMetrics metrics) {
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        this.lines = new LogThrottle<>(LINES, nanoTime);
    }

    /** These rules hold for the visitors of a key that go to that proxy from now on. */
    void post(IngressKey key, ProxyId proxy, VisitRules ofClient, VisitRules ofProxy) {
        VisitLimits client = ofClients
                .computeIfAbsent(proxy.client(), any -> new VisitLimits(nanoTime))
                .under(ofClient);
        VisitLimits own = ofProxies
                .computeIfAbsent(proxy, any -> new VisitLimits(nanoTime))
                .under(ofProxy);
        Posted rules = new Posted(proxy, ofClient, ofProxy, client, own);
        posted.merge(
                key,
                List.of(rules),
                (known, added) -> Stream.concat(
                                known.stream().filter(other -> !other.proxy().equals(proxy)), added.stream())
                        .toList());
    }

    /** The proxy is no longer published under the key. */
    void forget(IngressKey key, ProxyId proxy) {
        posted.computeIfPresent(key, (any, known) -> {
            List<Posted> left =
                    known.stream().filter(rules -> !rules.proxy().equals(proxy)).toList();
            return left.isEmpty() ? null : left;
        });
        if (isUnknown(left -> left.equals(proxy))) {
            ofProxies.remove(proxy);
        }
        if (isUnknown(left -> left.client().equals(proxy.client()))) {
            ofClients.remove(proxy.client());
        }
    }

    private boolean isUnknown(Predicate<ProxyId> which) {
        return posted.values().stream().flatMap(List::stream).map(Posted::proxy).noneMatch(which);
    }

    /** Whether the proxy is published, under whatever key. */
    boolean isPosted(ProxyId proxy) {
        return ofProxies.containsKey(proxy);
    }

    /**
     * Counts a new visitor in, or turns it away with a reset. A key without rules is judged later, by {@link #lets}; those
     * of a group are counted once it is known to whom they go, by {@link #counts}.
     */
    boolean enter(IngressKey key, AcceptedSocket visitor) {
        List<Posted> rules = posted.getOrDefault(key, List.of());
        if (!admits(rules, visitor)) {
            return false;
        }
        if (rules.size() == 1 && !rules.get(0).counts()) {
            turnAway(rules.get(0), visitor, VisitorRefusal.RATE);
            return false;
        }
        return true;
    }

    /** Whether the rules still let a visitor in who waited; turns it away if not. */
    boolean lets(IngressKey key, AcceptedSocket visitor) {
        return admits(posted.getOrDefault(key, List.of()), visitor);
    }

    private boolean admits(List<Posted> rules, AcceptedSocket visitor) {
        for (Posted of : rules) {
            if (!of.admits(visitor.remoteAddress())) {
                turnAway(of, visitor, VisitorRefusal.FORBIDDEN);
                return false;
            }
        }
        return true;
    }

    /** Counts a visitor of a group in at that member of it, if one more may come there now. */
    boolean counts(IngressKey key, ProxyId member) {
        List<Posted> rules = posted.getOrDefault(key, List.of());
        if (rules.size() == 1) {
            return true;
        }
        for (Posted of : rules) {
            if (of.proxy().equals(member)) {
                return of.counts();
            }
        }
        return true;
    }

    /** Turns a visitor away for whom no member of the group had room. */
    void tooMany(IngressKey key, AcceptedSocket visitor) {
        List<Posted> rules = posted.getOrDefault(key, List.of());
        if (rules.isEmpty()) {
            visitor.reject();
        } else {
            turnAway(rules.get(0), visitor, VisitorRefusal.RATE);
        }
    }

    /** What bounds the bytes of the key's visitors that go to that proxy; mostly nothing. */
    List<Bandwidth> bandwidths(IngressKey key, ProxyId proxy) {
        for (Posted rules : posted.getOrDefault(key, List.of())) {
            if (rules.proxy().equals(proxy)) {
                return bandwidths(rules);
            }
        }
        return List.of();
    }

    private static List<Bandwidth> bandwidths(Posted rules) {
        Bandwidth client = rules.client().bandwidth();
        Bandwidth own = rules.own().bandwidth();
        return client == null && own == null
                ? List.of()
                : Stream.of(client, own).filter(Objects::nonNull).toList();
    }

    private void turnAway(Posted rules, AcceptedSocket visitor, VisitorRefusal reason) {
        metrics.refused(reason);
        visitor.reject();
        int hidden = lines.admit(reason);
        if (hidden >= 0) {
            LOG.atInfo()
                    .setMessage("visitor turned away")
                    .addKeyValue("visitor", Endpoint.of(visitor.remoteAddress()))
                    .addKeyValue("client", rules.proxy().client())
                    .addKeyValue("proxy", rules.proxy().proxy())
                    .addKeyValue(
                            "reason",
                            reason == VisitorRefusal.RATE
                                    ? "more than max_streams_per_second"
                                    : "the address is not allowed")
                    .addKeyValue("hidden_before", hidden)
                    .log();
        }
    }
}
