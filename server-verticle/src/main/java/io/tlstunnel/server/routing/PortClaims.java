package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The claims of one port: several if each is for an address of its own. */
record PortClaims(List<Claim> claims) {
    static final PortClaims NONE = new PortClaims(List.of());

    /** The claim in the way of that one, if there is one. */
    Optional<Claim> conflict(Claim claim) {
        return claims.stream()
                .filter(other -> other.key().conflictsWith(claim.key()))
                .filter(other -> !isSuccessor(claim, other))
                .findFirst();
    }

    /** A later session of the same client takes its key over; the same proxy of the same session has it already. */
    private static boolean isSuccessor(Claim claim, Claim other) {
        boolean later = claim.session().epoch() > other.session().epoch();
        boolean same = claim.session().equals(other.session()) && claim.proxy().equals(other.proxy());
        return claim.key().equals(other.key()) && claim.client().equals(other.client()) && (later || same);
    }

    /** These and that one, in the place of another one of its key. */
    PortClaims with(Claim claim) {
        return new PortClaims(Stream.concat(
                        claims.stream().filter(other -> !other.key().equals(claim.key())), Stream.of(claim))
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
        for (Claim claim : claims) {
            array.add(new JsonObject()
                    .put("address", claim.key().address())
                    .put("port", claim.key().port())
                    .put("client", claim.client())
                    .put("proxy", claim.proxy())
                    .put("session_high", claim.session().idHigh())
                    .put("session_low", claim.session().idLow())
                    .put("epoch", claim.session().epoch()));
        }
        return array.encode();
    }

    static PortClaims of(String text) {
        return new PortClaims(new JsonArray(text)
                .stream()
                        .map(JsonObject.class::cast)
                        .map(claim -> new Claim(
                                new IngressKey(claim.getString("address"), claim.getInteger("port")),
                                claim.getString("client"),
                                claim.getString("proxy"),
                                new SessionRef(
                                        claim.getLong("session_high"),
                                        claim.getLong("session_low"),
                                        claim.getLong("epoch"))))
                        .toList());
    }
}
