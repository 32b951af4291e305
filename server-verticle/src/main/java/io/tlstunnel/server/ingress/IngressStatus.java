package io.tlstunnel.server.ingress;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.VisitRules;
import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Members;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.server.routing.RoutedClient;
import io.tlstunnel.server.tunnel.Grants;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.ServerTunnel;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.server.tunnel.SessionPaths;
import io.tlstunnel.server.tunnel.Sessions;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells people what the ingress knows: what it returns are copies. Control context only. */
public final class IngressStatus {
    /**
     * What it asks.
     *
     * @param failedElsewhere why other nodes cannot have addresses of a session, by their ids
     */
    record Parts(
            Neighbours neighbours,
            Grants grants,
            IntPredicate ownPorts,
            RouteTable routes,
            Sessions sessions,
            SessionDirectory directory,
            PublicPorts ports,
            Publisher publisher,
            HeldVisitors held,
            Supplier<Duration> resumeTimeout,
            Function<Session, Map<String, Map<IngressKey, String>>> failedElsewhere) {}

    private final Parts parts;

    IngressStatus(Parts parts) {
        this.parts = parts;
    }

    /** Every client, by name. */
    public List<ClientView> clients() {
        return parts.routes().clients().stream().map(this::client).toList();
    }

    private ClientView client(RoutedClient client) {
        Session session = parts.sessions().find(client.session());
        SessionPaths paths = parts.directory().find(client.session());
        return new ClientView(
                client,
                session == null ? null : session.status(),
                paths == null ? 0 : paths.entered(),
                session != null
                                && session.state() == Session.State.SUSPENDED
                                && client.holders().isEmpty()
                        ? endsInMillis(session)
                        : null);
    }

    private long endsInMillis(Session session) {
        long waited = System.currentTimeMillis() - session.suspendedAtMillis();
        return Math.max(0, parts.resumeTimeout().get().toMillis() - waited);
    }

    /** Every proxy that any client asks for, by client and name. */
    public List<ProxyView> proxies() {
        Map<ProxyId, ProxyResult> results = parts.publisher().results();
        List<ProxyView> proxies = new ArrayList<>();
        parts.routes().clients().forEach(client -> proxies.addAll(proxies(client, results)));
        return proxies;
    }

    /** Nodes may differ about one proxy: where one does not publish it, another may. */
    private List<ProxyView> proxies(RoutedClient client, Map<ProxyId, ProxyResult> results) {
        Map<ProxySpec, Set<IngressKey>> keys = new LinkedHashMap<>();
        long revision = 0;
        for (Registration registration : client.said()) {
            revision = registration.revision();
            for (Registration.Entry entry : registration.entries()) {
                Set<IngressKey> known = keys.computeIfAbsent(entry.spec(), any -> new LinkedHashSet<>());
                IngressKey key = entry.key();
                if (key != null) {
                    known.add(key);
                }
            }
        }
        List<ProxyView> proxies = new ArrayList<>();
        for (Map.Entry<ProxySpec, Set<IngressKey>> proxy : keys.entrySet()) {
            ProxySpec spec = proxy.getKey();
            ProxyResult result = results.get(new ProxyId(client.name(), spec.name()));
            if (proxy.getValue().isEmpty()) {
                proxies.add(new ProxyView(
                        client, spec, revision, null, ProxyView.Way.NOT_ROUTED, SocketStatus.CLOSED, result, Map.of()));
            }
            for (IngressKey key : proxy.getValue()) {
                proxies.add(new ProxyView(
                        client,
                        spec,
                        revision,
                        key,
                        way(client, key),
                        parts.ports().status(key),
                        result,
                        failedElsewhere(client, key)));
            }
        }
        return proxies;
    }

    /** Known where the session has a tunnel. */
    private Map<String, String> failedElsewhere(RoutedClient client, IngressKey key) {
        Session session = parts.sessions().find(client.session());
        Map<String, String> reasons = new TreeMap<>();
        if (session != null) {
            parts.failedElsewhere().apply(session).forEach((node, failed) -> {
                String reason = failed.get(key);
                if (reason != null) {
                    reasons.put(node, reason);
                }
            });
        }
        return reasons;
    }

    private ProxyView.Way way(RoutedClient client, IngressKey key) {
        Members members = parts.routes().find(key);
        return members != null
                        && members.routes().stream()
                                .anyMatch(route -> route.session().equals(client.session()))
                ? ProxyView.Way.ROUTED
                : ProxyView.Way.NOT_ROUTED;
    }

    /** Everything about one port. A cluster that does not answer leaves the claims out. */
    public Future<PortView> port(int port) {
        return parts.neighbours()
                .claims()
                .at(port)
                .map(List::copyOf)
                .otherwiseEmpty()
                .map(known -> port(port, known));
    }

    private PortView port(int port, @Nullable List<Claim> known) {
        List<ProxyView> about =
                proxies().stream().filter(proxy -> proxy.isAbout(port)).toList();
        return new PortView(
                port,
                parts.ownPorts().test(port) ? PortView.Owner.NODE : PortView.Owner.CLIENTS,
                known,
                about.stream().filter(ProxyView::isRouted).map(this::route).toList(),
                about.stream().filter(proxy -> !proxy.isRouted()).toList());
    }

    private RouteView route(ProxyView proxy) {
        RoutedClient client = proxy.client();
        IngressKey key = proxy.key();
        ClientEntry entry = parts.grants().of(client.name());
        RouteView.Limits limits = entry == null
                ? null
                : new RouteView.Limits(
                        entry.maxStreams(),
                        entry.visits(),
                        VisitRules.ofOptions(proxy.spec().options()));
        return new RouteView(
                proxy,
                client(client),
                entry == null ? new RouteView.Next.NoKey() : next(client),
                key == null ? 0 : parts.held().count(key),
                parts.held().timeout(),
                limits);
    }

    private RouteView.Next next(RoutedClient client) {
        SessionPaths paths = parts.directory().find(client.session());
        NodeTunnel picked = paths == null ? null : paths.pick();
        if (picked instanceof ServerTunnel tunnel) {
            return new RouteView.Next.Tunnel(tunnel.remoteAddress(), tunnel.streams());
        }
        for (Holder holder : client.holders()) {
            if (picked != null && parts.neighbours().linkTo(holder) == picked) {
                return new RouteView.Next.Link(holder.incarnation(), picked.streams());
            }
        }
        return new RouteView.Next.Nothing();
    }
}
