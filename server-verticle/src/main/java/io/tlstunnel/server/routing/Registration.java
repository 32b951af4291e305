package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a node tells on the event bus about a session that it has a tunnel of: the whole set of its published proxies.
 * An empty set withdraws it.
 *
 * @param node id of the node
 * @param incarnation its incarnation
 * @param number of this change at that incarnation: 1, 2, 3…
 * @param client name of the client
 */
public record Registration(
        String node,
        long incarnation,
        long number,
        String client,
        SessionRef session,
        long revision,
        List<Entry> entries) {

    /** Address on the event bus. */
    public static final String ADDRESS = "tunnel.registrations";

    /** Version of the message; one with another is ignored. */
    private static final int VERSION = 1;

    /** Whether it takes back what was told of the session before. */
    public boolean isWithdrawal() {
        return entries.isEmpty();
    }

    /** What takes it back. */
    Registration withdrawnAt(long change) {
        return new Registration(node, incarnation, change, client, session, revision, List.of());
    }

    /** One published proxy. */
    public record Entry(String proxy, String type, IngressKey key) {}

    /** The message as it travels. */
    public JsonObject toJson() {
        JsonArray array = new JsonArray();
        for (Entry entry : entries) {
            array.add(new JsonObject()
                    .put("proxy", entry.proxy())
                    .put("type", entry.type())
                    .put("address", entry.key().address())
                    .put("port", entry.key().port()));
        }
        return new JsonObject()
                .put("version", VERSION)
                .put("node", node)
                .put("incarnation", incarnation)
                .put("number", number)
                .put("client", client)
                .put("session_high", session.idHigh())
                .put("session_low", session.idLow())
                .put("epoch", session.epoch())
                .put("revision", revision)
                .put("entries", array);
    }

    /** Whether this version can read {@code json}. */
    public static boolean isReadable(JsonObject json) {
        return json.getInteger("version", 0) == VERSION;
    }

    /** Reads a message for which {@link #isReadable} holds. */
    public static Registration of(JsonObject json) {
        List<Entry> entries = json.getJsonArray("entries").stream()
                .map(JsonObject.class::cast)
                .map(entry -> new Entry(
                        entry.getString("proxy"),
                        entry.getString("type"),
                        new IngressKey(entry.getString("address"), entry.getInteger("port"))))
                .toList();
        return new Registration(
                json.getString("node"),
                json.getLong("incarnation"),
                json.getLong("number"),
                json.getString("client"),
                new SessionRef(json.getLong("session_high"), json.getLong("session_low"), json.getLong("epoch")),
                json.getLong("revision"),
                entries);
    }
}
