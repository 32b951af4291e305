package io.tlstunnel.server.routing;

import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells on the event bus about its part in a session: whether it has tunnels of it, and the whole set of the
 * client's proxies.
 *
 * @param node id of the node
 * @param incarnation its incarnation
 * @param number of this change at that incarnation: 1, 2, 3…
 * @param client name of the client
 * @param part what that node has to do with the session
 * @param loops the event loops that it has tunnels on, by their numbers in its links; empty while it waits for one
 * @param revision of the proxies; 0 before the client has said which
 */
public record Registration(
        String node,
        long incarnation,
        long number,
        String client,
        SessionRef session,
        Part part,
        List<Integer> loops,
        long revision,
        List<Entry> entries) {

    /** Address on the event bus. */
    public static final String ADDRESS = "tunnel.registrations";

    /** Version of the message; one with another is ignored. */
    private static final int VERSION = 1;

    /** What a node has to do with a session. */
    public enum Part {
        /** Has a tunnel of it, or had the last one and waits. */
        STANDING,
        /** Nothing any more: it has waited long enough, or a later session took over. */
        OVER,
        /** Nothing, and nobody else has: the client said goodbye. */
        LEFT,
        /** Nobody knows: the node is gone. Never sent. */
        LOST
    }

    /**
     * One proxy.
     *
     * @param key where it is published, or null if it is not
     * @param conflict whether another client has it: who came in before stays
     */
    public record Entry(ProxySpec spec, @Nullable IngressKey key, boolean conflict) {

        /** Of a proxy that is in nobody's way. */
        public Entry(ProxySpec spec, @Nullable IngressKey key) {
            this(spec, key, false);
        }
    }

    /** Whether it takes back what was told of the session before. */
    public boolean isWithdrawal() {
        return part != Part.STANDING;
    }

    /** Whether the node has a tunnel. */
    public boolean isHeld() {
        return !loops.isEmpty();
    }

    /** The same with another part. */
    Registration as(Part other, long change) {
        return new Registration(node, incarnation, change, client, session, other, List.of(), revision, List.of());
    }

    /** The message as it travels. */
    public JsonObject toJson() {
        JsonArray array = new JsonArray();
        entries.forEach(entry -> array.add(toJson(entry)));
        return new JsonObject()
                .put("version", VERSION)
                .put("node", node)
                .put("incarnation", incarnation)
                .put("number", number)
                .put("client", client)
                .put("session_high", session.idHigh())
                .put("session_low", session.idLow())
                .put("epoch", session.epoch())
                .put("part", part.name())
                .put("loops", new JsonArray(loops))
                .put("revision", revision)
                .put("entries", array);
    }

    private static JsonObject toJson(Entry entry) {
        ProxySpec spec = entry.spec();
        JsonObject json = new JsonObject()
                .put("proxy", spec.name())
                .put("type", spec.type())
                .put("publish_addr", spec.publishAddr())
                .put("publish_port", spec.publishPort())
                .put("conflict", entry.conflict())
                .put("options", new JsonObject(Map.copyOf(spec.options())));
        IngressKey key = entry.key();
        return key == null ? json : json.put("address", key.address()).put("port", key.port());
    }

    /** Whether this version can read {@code json}. */
    public static boolean isReadable(JsonObject json) {
        return json.getInteger("version", 0) == VERSION;
    }

    /** Reads a message for which {@link #isReadable} holds. */
    public static Registration of(JsonObject json) {
        return new Registration(
                json.getString("node"),
                json.getLong("incarnation"),
                json.getLong("number"),
                json.getString("client"),
                new SessionRef(json.getLong("session_high"), json.getLong("session_low"), json.getLong("epoch")),
                Part.valueOf(json.getString("part")),
                json.getJsonArray("loops").stream().map(Integer.class::cast).toList(),
                json.getLong("revision"),
                json.getJsonArray("entries").stream()
                        .map(JsonObject.class::cast)
                        .map(Registration::entry)
                        .toList());
    }

    private static Entry entry(JsonObject json) {
        Map<String, String> options = json.getJsonObject("options").getMap().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, option -> String.valueOf(option.getValue())));
        ProxySpec spec = new ProxySpec(
                json.getString("proxy"),
                json.getString("type"),
                json.getString("publish_addr"),
                json.getInteger("publish_port"),
                options);
        return new Entry(
                spec,
                json.containsKey("port") ? new IngressKey(json.getString("address"), json.getInteger("port")) : null,
                json.getBoolean("conflict"));
    }
}
