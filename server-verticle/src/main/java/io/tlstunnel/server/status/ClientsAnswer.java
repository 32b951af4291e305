package io.tlstunnel.server.status;

import io.tlstunnel.metrics.AdminStatus;
import io.tlstunnel.server.ingress.ClientView;
import io.tlstunnel.server.tunnel.SessionStatus;
import io.tlstunnel.server.tunnel.TunnelStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/clients}. */
record ClientsAnswer(String node, List<ClientView> clients, NodeNames names) implements AdminStatus.Answer {
    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public JsonObject toJson() {
        JsonArray array = new JsonArray();
        clients.forEach(client -> array.add(json(client)));
        return new JsonObject().put("node", node).put("clients", array);
    }

    private JsonObject json(ClientView view) {
        SessionStatus here = view.here();
        JsonArray tunnels = new JsonArray();
        if (here != null) {
            here.tunnels().forEach(tunnel -> tunnels.add(json(tunnel)));
        }
        return new JsonObject()
                .put("name", view.client().name())
                .put("state", view.client().holders().isEmpty() ? "suspended" : "attached")
                .put("ends_in_ms", view.endsInMillis())
                .put("session", view.client().session().id())
                .put("epoch", view.client().session().epoch())
                .put("nodes", names.json(view.client().holders()))
                .put("streams", view.streams())
                .put("tunnels", tunnels);
    }

    private static JsonObject json(TunnelStatus tunnel) {
        return new JsonObject()
                .put("address", tunnel.remoteAddress())
                .put("age_ms", tunnel.age().toMillis())
                .put("streams", tunnel.streams())
                .put("round_trip_ms", millis(tunnel.roundTrip()));
    }

    private static @Nullable Double millis(@Nullable Duration time) {
        return time == null ? null : time.toNanos() / NANOS_PER_MILLI;
    }
}
