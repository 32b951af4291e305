package io.tlstunnel.server.routing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A part of all that a node's registrations came to at one moment.
 *
 * @param number of the node's latest change at that moment
 * @param pieces how many there are of that moment, 1 or more
 */
public record Piece(long number, int pieces, List<Registration> registrations) {

    /** The message as it travels. */
    public JsonObject toJson() {
        JsonArray array = new JsonArray();
        registrations.forEach(registration -> array.add(registration.toJson()));
        return new JsonObject().put("number", number).put("pieces", pieces).put("registrations", array);
    }

    /** Reads a message. */
    public static Piece of(JsonObject json) {
        return new Piece(
                json.getLong("number"),
                json.getInteger("pieces"),
                json.getJsonArray("registrations").stream()
                        .map(JsonObject.class::cast)
                        .map(Registration::of)
                        .toList());
    }
}
