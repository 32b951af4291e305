package io.tlstunnel.server.status;

import io.tlstunnel.config.VisitRules;
import io.tlstunnel.server.ingress.PortView;
import io.tlstunnel.server.ingress.ProxyView;
import io.tlstunnel.server.ingress.RouteView;
import io.tlstunnel.server.ingress.SocketStatus;
import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.wire.ProxyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How a node decides about a visitor of a port, step by step, in sentences. */
final class WhySentences {
    private static final long MILLIS_PER_SECOND = 1_000;

    private final String node;
    private final PortView port;
    private final NodeNames names;
    private final List<String> steps = new ArrayList<>();

    WhySentences(String node, PortView port, NodeNames names) {
        this.node = node;
        this.port = port;
        this.names = names;
    }

    List<String> all() {
        if (port.owner() == PortView.Owner.NODE) {
            steps.add("Port " + port.port() + " is " + node + "'s own: the tunnel port or the admin port.");
        }
        claims();
        if (port.routes().isEmpty()) {
            steps.add(node + " sends visitors of port " + port.port() + " to nobody.");
        }
        port.routes().forEach(this::route);
        port.without().forEach(this::without);
        return List.copyOf(steps);
    }

    private void claims() {
        List<Claim> claims = port.claims();
        if (claims == null) {
            steps.add("The cluster did not say who has claimed port " + port.port() + ".");
        } else if (claims.isEmpty()) {
            steps.add("Nobody has claimed port " + port.port() + ".");
        } else {
            claims.forEach(claim -> steps.add(
                    claim.key() + " is claimed by client " + claim.client() + " for its proxy " + claim.proxy() + "."));
        }
    }

    private void route(RouteView route) {
        ProxyView proxy = route.proxy();
        steps.add("Visitors of " + proxy.key() + " are sent to proxy "
                + proxy.spec().name() + " of client " + proxy.client().name() + ".");
        socket(proxy);
        holders(route);
        next(route);
        if (route.held() > 0) {
            steps.add(route.held() + (route.held() == 1 ? " visitor waits" : " visitors wait") + " for a tunnel now.");
        }
        limits(route);
    }

    private void socket(ProxyView proxy) {
        SocketStatus socket = proxy.socket();
        steps.add(
                switch (socket.state()) {
                    case LISTENING -> node + " listens on " + socket.address() + ".";
                    case OPENING -> node + " is opening " + socket.address() + ".";
                    case FAILED ->
                        node + " cannot listen on " + socket.address() + ": " + socket.reason() + "; it tries again.";
                    case CLOSED -> node + " does not listen: nodes with a tunnel of the client do.";
                });
        proxy.failedElsewhere()
                .forEach((other, reason) ->
                        steps.add(other + " cannot listen on " + proxy.key() + ": " + reason + "; it tries again."));
    }

    private void holders(RouteView route) {
        String session = "Session " + route.proxy().client().session() + " of the client ";
        if (!route.proxy().client().holders().isEmpty()) {
            steps.add(session + "has tunnels at "
                    + names.sentence(route.proxy().client().holders()) + ".");
            return;
        }
        Long endsIn = route.client().endsInMillis();
        steps.add(session + "has no tunnel now"
                + (endsIn == null ? "." : "; it ends in " + seconds(endsIn) + " if the client does not come back."));
    }

    private void next(RouteView route) {
        RouteView.Next next = route.next();
        if (next instanceof RouteView.Next.Tunnel tunnel) {
            steps.add("The next visitor goes into the tunnel from " + tunnel.remoteAddress() + " at this node, "
                    + streams(tunnel.streams()) + ".");
        } else if (next instanceof RouteView.Next.Link link) {
            steps.add("There is no tunnel here: the next visitor goes over the link to " + names.of(link.incarnation())
                    + ", " + streams(link.streams()) + ".");
        } else if (next instanceof RouteView.Next.NoKey) {
            steps.add(
                    "This node has no key of that client, and lets nobody in for it; do the nodes differ in [[clients]]?");
        } else {
            String lack = route.proxy().client().holders().isEmpty()
                    ? "There is nothing to send a visitor on"
                    : "No link to a node that has a tunnel is up";
            steps.add(
                    route.holdTimeout().isZero()
                            ? lack + ": the next visitor is reset at once, for hold_timeout is 0."
                            : lack + ": the next visitor waits "
                                    + seconds(route.holdTimeout().toMillis()) + " for one, and is then reset.");
        }
    }

    private static String streams(int count) {
        return "which carries " + count + (count == 1 ? " stream" : " streams");
    }

    private void limits(RouteView route) {
        RouteView.Limits limits = route.limits();
        if (limits == null) {
            return;
        }
        steps.add("The client may have " + limits.maxStreams() + " streams of this node's visitors at once, and has "
                + route.client().streams() + ".");
        limits("all proxies of the client", limits.client());
        limits("this proxy", limits.proxy());
    }

    private void limits(String whose, VisitRules rules) {
        Map<String, String> options = rules.toOptions();
        if (!options.isEmpty()) {
            steps.add("Limits of " + whose + ": "
                    + options.entrySet().stream()
                            .map(option -> option.getKey() + " = " + option.getValue())
                            .collect(Collectors.joining("; "))
                    + ".");
        }
    }

    private void without(ProxyView proxy) {
        String who = "Proxy " + proxy.spec().name() + " of client "
                + proxy.client().name() + " asks for " + ProxiesAnswer.asked(proxy) + " ";
        ProxyResult result = proxy.result();
        if (result instanceof ProxyResult.Refused refused) {
            steps.add(who + "and is refused: " + refused.reason() + ".");
        } else if (result instanceof ProxyResult.Retry retry) {
            steps.add(who + "and has to wait: " + retry.reason() + ".");
        } else {
            steps.add(who + "and does not have it; "
                    + (proxy.client().holders().isEmpty()
                            ? "it has no tunnel."
                            : names.sentence(proxy.client().holders()) + " knows why."));
        }
    }

    private static String seconds(long millis) {
        return (millis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND + " s";
    }
}
