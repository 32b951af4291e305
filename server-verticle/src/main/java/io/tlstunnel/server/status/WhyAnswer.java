package io.tlstunnel.server.status;

import io.tlstunnel.metrics.AdminStatus;
import io.tlstunnel.server.ingress.PortView;
import io.tlstunnel.server.ingress.RouteView;
import io.tlstunnel.server.routing.Claim;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/why/PORT}. */
record WhyAnswer(String node, PortView port, NodeNames names) implements AdminStatus.Answer {

    @Override
    public JsonObject toJson() {
        JsonArray routes = new JsonArray();
        port.routes().forEach(route -> routes.add(json(route)));
        JsonArray without = new JsonArray();
        port.without().forEach(proxy -> without.add(ProxiesAnswer.json(proxy, names)));
        return new JsonObject()
                .put("node", node)
                .put("port", port.port())
                .put("own", port.owner() == PortView.Owner.NODE)
                .put("steps", new JsonArray(new WhySentences(node, port, names).all()))
                .put("claims", claims(port.claims()))
                .put("routes", routes)
                .put("without", without);
    }

    private static @Nullable JsonArray claims(@Nullable List<Claim> claims) {
        if (claims == null) {
            return null;
        }
        JsonArray array = new JsonArray();
        claims.forEach(claim -> array.add(new JsonObject()
                .put("address", claim.key().toString())
                .put("client", claim.client())
                .put("proxy", claim.proxy())
                .put("session", claim.session().id())
                .put("epoch", claim.session().epoch())));
        return array;
    }

    private JsonObject json(RouteView route) {
        return ProxiesAnswer.json(route.proxy(), names)
                .put("next", next(route.next()))
                .put("held", route.held())
                .put("hold_ms", route.holdTimeout().toMillis())
                .put("ends_in_ms", route.client().endsInMillis())
                .put("limits", limits(route));
    }

    private JsonObject next(RouteView.Next next) {
        JsonObject json = new JsonObject();
        if (next instanceof RouteView.Next.Tunnel tunnel) {
            return json.put("kind", "tunnel")
                    .put("node", node)
                    .put("address", tunnel.remoteAddress())
                    .put("streams", tunnel.streams());
        }
        if (next instanceof RouteView.Next.Link link) {
            return json.put("kind", "link")
                    .put("node", names.of(link.incarnation()))
                    .putNull("address")
                    .put("streams", link.streams());
        }
        String kind = next instanceof RouteView.Next.NoKey ? "no_key" : "none";
        return json.put("kind", kind).putNull("node").putNull("address").putNull("streams");
    }

    private static @Nullable JsonObject limits(RouteView route) {
        RouteView.Limits limits = route.limits();
        if (limits == null) {
            return null;
        }
        return new JsonObject()
                .put("max_streams", limits.maxStreams())
                .put("streams", route.client().streams())
                .put("client", new JsonObject(options(limits.client().toOptions())))
                .put("proxy", new JsonObject(options(limits.proxy().toOptions())));
    }

    private static Map<String, Object> options(Map<String, String> options) {
        return options.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
