package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/**
 * What a node tells on the event bus of public addresses that it cannot have, so that the client hears of it.
 *
 * @param node id of the node
 * @param incarnation of the node
 * @param failed why, by address; empty once it has them all
 */
public record ListenReport(
        String node, long incarnation, String client, SessionRef session, Map<IngressKey, String> failed) {

    /** Address on the event bus. */
    public static final String ADDRESS = "tunnel.listening";

    /** The message as it travels. */
    public JsonObject toJson() {
        JsonArray array = new JsonArray();
        failed.forEach((key, reason) -> array.add(new JsonObject()
                .put("address", key.address())
                .put("port", key.port())
                .put("reason", reason)));
        return new JsonObject()
                .put("node", node)
                .put("incarnation", incarnation)
                .put("client", client)
                .put("session_high", session.idHigh())
                .put("session_low", session.idLow())
                .put("epoch", session.epoch())
                .put("failed", array);
    }

    /** Reads a message. */
    public static ListenReport of(JsonObject json) {
        Map<IngressKey, String> failed = new HashMap<>();
        for (Object each : json.getJsonArray("failed")) {
            JsonObject failure = (JsonObject) each;
            failed.put(
                    new IngressKey(failure.getString("address"), failure.getInteger("port")),
                    failure.getString("reason"));
        }
        return new ListenReport(
                json.getString("node"),
                json.getLong("incarnation"),
                json.getString("client"),
                new SessionRef(json.getLong("session_high"), json.getLong("session_low"), json.getLong("epoch")),
                Map.copyOf(failed));
    }
}
