package io.tlstunnel.server.status;

import io.tlstunnel.config.HostPort;
import io.tlstunnel.metrics.AdminStatus;
import io.tlstunnel.server.ingress.ProxyView;
import io.tlstunnel.server.ingress.SocketStatus;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.wire.ProxyResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/proxies}. */
record ProxiesAnswer(String node, List<ProxyView> proxies, NodeNames names) implements AdminStatus.Answer {

    @Override
    public JsonObject toJson() {
        JsonArray array = new JsonArray();
        proxies.forEach(proxy -> array.add(json(proxy, names)));
        return new JsonObject().put("node", node).put("proxies", array);
    }

    static JsonObject json(ProxyView view, NodeNames names) {
        IngressKey key = view.key();
        JsonArray elsewhere = new JsonArray();
        view.failedElsewhere()
                .forEach((node, reason) ->
                        elsewhere.add(new JsonObject().put("node", node).put("reason", reason)));
        return new JsonObject()
                .put("name", view.spec().name())
                .put("client", view.client().name())
                .put("type", view.spec().type())
                .put("asked", asked(view))
                .put("address", key == null ? null : key.toString())
                .put("routed", view.isRouted())
                .put("session", view.client().session().id())
                .put("epoch", view.client().session().epoch())
                .put("revision", view.revision())
                .put("nodes", names.json(view.client().holders()))
                .put("here", json(view.socket()))
                .put("failed_elsewhere", elsewhere)
                .put("problem", problem(view.result()));
    }

    static String asked(ProxyView view) {
        return new HostPort(view.spec().publishAddr(), view.spec().publishPort()).toString();
    }

    private static JsonObject json(SocketStatus socket) {
        return new JsonObject()
                .put("state", socket.state().name().toLowerCase(Locale.ROOT))
                .put("address", socket.address())
                .put("reason", socket.reason());
    }

    /** What this node told the client, if it is nothing good. */
    static @Nullable JsonObject problem(@Nullable ProxyResult result) {
        if (result instanceof ProxyResult.Refused refused) {
            return new JsonObject().put("code", refused.code().name()).put("reason", refused.reason());
        }
        return result instanceof ProxyResult.Retry retry
                ? new JsonObject().put("code", "RETRY").put("reason", retry.reason())
                : null;
    }
}
