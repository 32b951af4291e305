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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who of the visitors comes in, by address and by how many came lately: decided before anything is read of them. The
 * rules of the client's key and those of the proxy hold both. Changed on the control context, asked on any thread.
 */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    /** Lines about visitors who were turned away, of one kind, in 10 s. */
    private static final int LINES = 5;

    private record Posted(ProxyId proxy, VisitRules ofClient, VisitRules ofProxy, VisitLimits client, VisitLimits own) {
        boolean admits(InetSocketAddress visitor) {
            return ofClient.from().admit(visitor.getAddress()) && ofProxy.from().admit(visitor.getAddress());
        }
    }

    private final LongSupplier nanoTime;
    private final ServerMetrics metrics;
    private final LogThrottle<VisitorRefusal> lines;
    private final Map<IngressKey, Posted> posted = new ConcurrentHashMap<>();
    private final Map<String, VisitLimits> ofClients = new HashMap<>();
    private final Map<ProxyId, VisitLimits> ofProxies = new ConcurrentHashMap<>();

    Gate(LongSupplier nanoTime, ServerMetrics metrics) {
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        this.lines = new LogThrottle<>(LINES, nanoTime);
    }

    /** These rules hold for the visitors of a key from now on. */
    void post(IngressKey key, ProxyId proxy, VisitRules ofClient, VisitRules ofProxy) {
        VisitLimits client = ofClients
                .computeIfAbsent(proxy.client(), any -> new VisitLimits(nanoTime))
                .under(ofClient);
        VisitLimits own = ofProxies
                .computeIfAbsent(proxy, any -> new VisitLimits(nanoTime))
                .under(ofProxy);
        posted.put(key, new Posted(proxy, ofClient, ofProxy, client, own));
    }

    /** The key is no longer published. */
    void forget(IngressKey key) {
        Posted gone = posted.remove(key);
        if (gone == null) {
            return;
        }
        if (posted.values().stream().noneMatch(left -> left.proxy().equals(gone.proxy()))) {
            ofProxies.remove(gone.proxy());
        }
        if (posted.values().stream()
                .noneMatch(left -> left.proxy().client().equals(gone.proxy().client()))) {
            ofClients.remove(gone.proxy().client());
        }
    }

    /** Whether the proxy is published, under whatever key. */
    boolean isPosted(ProxyId proxy) {
        return ofProxies.containsKey(proxy);
    }

    /** Counts a new visitor in, or turns it away with a reset. A key without rules is judged later, by {@link #lets}. */
    boolean enter(IngressKey key, AcceptedSocket visitor) {
        Posted rules = posted.get(key);
        if (rules == null) {
            return true;
        }
        if (!rules.admits(visitor.remoteAddress())) {
            turnAway(rules, visitor, VisitorRefusal.FORBIDDEN);
            return false;
        }
        if (!rules.client().enter()) {
            turnAway(rules, visitor, VisitorRefusal.RATE);
            return false;
        }
        if (!rules.own().enter()) {
            rules.client().putBack();
            turnAway(rules, visitor, VisitorRefusal.RATE);
            return false;
        }
        return true;
    }

    /** Whether the rules still let a visitor in who waited; turns it away if not. */
    boolean lets(IngressKey key, AcceptedSocket visitor) {
        Posted rules = posted.get(key);
        if (rules == null || rules.admits(visitor.remoteAddress())) {
            return true;
        }
        turnAway(rules, visitor, VisitorRefusal.FORBIDDEN);
        return false;
    }

    /** What bounds the bytes of the key's visitors; mostly nothing. */
    List<Bandwidth> bandwidths(IngressKey key) {
        Posted rules = posted.get(key);
        if (rules == null) {
            return List.of();
        }
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
