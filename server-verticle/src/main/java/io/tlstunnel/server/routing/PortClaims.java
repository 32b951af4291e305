package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The claims of one port: several if each is for an address of its own, or for a member of one group. */
record PortClaims(List<Claim> claims) {
    static final PortClaims NONE = new PortClaims(List.of());

    /** The claim in the way of that one, if there is one. */
    Optional<Claim> conflict(Claim claim) {
        return claims.stream()
                .filter(other -> other.key().conflictsWith(claim.key()))
                .filter(other -> !isSuccessor(claim, other) && !claim.isFellow(other))
                .findFirst();
    }

    /** A later session of the same client takes its key over; the same proxy of the same session has it already. */
    private static boolean isSuccessor(Claim claim, Claim other) {
        boolean later = claim.session().epoch() > other.session().epoch();
        boolean same = claim.session().equals(other.session()) && claim.proxy().equals(other.proxy());
        return claim.key().equals(other.key()) && claim.client().equals(other.client()) && (later || same);
    }

    /** These and that one, in the place of another one of its key and client. */
    PortClaims with(Claim claim) {
        return new PortClaims(Stream.concat(
                        claims.stream().filter(other -> !other.key().equals(claim.key()) || claim.isFellow(other)),
                        Stream.of(claim))
                .toList());
    }

    /** These without that one. */
    PortClaims without(Claim gone) {
        return new PortClaims(
                claims.stream().filter(claim -> !claim.equals(gone)).toList());
    }

    boolean isEmpty() {
        return claims.isEmpty();
    }

    /** As a text that is the same for the same claims. */
    String toText() {
        JsonArray array = new JsonArray();
        claims.forEach(claim -> array.add(toJson(claim)));
        return array.encode();
    }

    private static JsonObject toJson(Claim claim) {
        JsonObject json = new JsonObject()
                .put("address", claim.key().address())
                .put("port", claim.key().port())
                .put("client", claim.client())
                .put("proxy", claim.proxy())
                .put("session_high", claim.session().idHigh())
                .put("session_low", claim.session().idLow())
                .put("epoch", claim.session().epoch());
        Group group = claim.group();
        return group == null ? json : json.put("group", group.name()).put("group_mark", group.mark());
    }

    static PortClaims of(String text) {
        return new PortClaims(new JsonArray(text)
                .stream().map(JsonObject.class::cast).map(PortClaims::claim).toList());
    }

    private static Claim claim(JsonObject json) {
        return new Claim(
                new IngressKey(json.getString("address"), json.getInteger("port")),
                json.getString("client"),
                json.getString("proxy"),
                new SessionRef(json.getLong("session_high"), json.getLong("session_low"), json.getLong("epoch")),
                json.containsKey("group") ? new Group(json.getString("group"), json.getString("group_mark")) : null);
    }
}
