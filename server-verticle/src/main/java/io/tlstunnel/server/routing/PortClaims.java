package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The claims of one port: several if each is for an address of its own, or for a member of one group. */
record PortClaims(List<Taken> taken) {
    static final PortClaims NONE = new PortClaims(List.of());

    private static final Comparator<Claim> BY_SESSION = Comparator.<Claim>comparingLong(
                    claim -> claim.session().epoch())
            .thenComparing(claim -> claim.session().idHigh(), Long::compareUnsigned)
            .thenComparing(claim -> claim.session().idLow(), Long::compareUnsigned);

    /** @param sinceMillis when its client had it first, by the clock of the node that took it */
    record Taken(Claim claim, long sinceMillis) {
        boolean isOfSameClient(Claim other) {
            return claim.key().equals(other.key()) && claim.client().equals(other.client());
        }
    }

    List<Claim> claims() {
        return taken.stream().map(Taken::claim).toList();
    }

    /** The claim in the way of that one, if there is one. */
    Optional<Claim> conflict(Claim claim) {
        return taken.stream()
                .map(Taken::claim)
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

    /** These and that one, in the place of another one of its key and client, whose time it keeps. */
    PortClaims with(Claim claim, long nowMillis) {
        return with(new Taken(
                claim,
                taken.stream()
                        .filter(known -> known.isOfSameClient(claim))
                        .mapToLong(Taken::sinceMillis)
                        .findFirst()
                        .orElse(nowMillis)));
    }

    private PortClaims with(Taken next) {
        return new PortClaims(Stream.concat(
                        taken.stream()
                                .filter(known ->
                                        !known.claim().key().equals(next.claim().key())
                                                || next.claim().isFellow(known.claim())),
                        Stream.of(next))
                .toList());
    }

    /**
     * What stands after a partition, in which both sides gave ports away: of two sessions of a client the one of the
     * higher epoch, then the larger id; of two clients the one that had its claim earlier, then the smaller name.
     */
    PortClaims merge(PortClaims others) {
        List<Taken> all = new ArrayList<>(taken);
        others.taken.forEach(other -> addOrSettle(all, other));
        all.sort(Comparator.comparingLong(Taken::sinceMillis)
                .thenComparing(one -> one.claim().client()));
        PortClaims merged = NONE;
        for (Taken next : all) {
            if (merged.conflict(next.claim()).isEmpty()) {
                merged = merged.with(next);
            }
        }
        return merged;
    }

    private static void addOrSettle(List<Taken> all, Taken other) {
        for (int i = 0; i < all.size(); i++) {
            Taken known = all.get(i);
            if (known.isOfSameClient(other.claim())) {
                all.set(
                        i,
                        new Taken(
                                BY_SESSION.compare(known.claim(), other.claim()) >= 0 ? known.claim() : other.claim(),
                                Math.min(known.sinceMillis(), other.sinceMillis())));
                return;
            }
        }
        all.add(other);
    }

    /** These without that one. */
    PortClaims without(Claim gone) {
        return new PortClaims(
                taken.stream().filter(known -> !known.claim().equals(gone)).toList());
    }

    boolean isEmpty() {
        return taken.isEmpty();
    }

    /** As a text that is the same for the same claims. */
    String toText() {
        JsonArray array = new JsonArray();
        taken.forEach(known -> array.add(toJson(known.claim()).put("since", known.sinceMillis())));
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
                .stream()
                        .map(JsonObject.class::cast)
                        .map(json -> new Taken(claim(json), json.getLong("since")))
                        .toList());
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
