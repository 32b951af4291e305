package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds claims whose session is over but whose node could not remove them, because it is gone. One node of a cluster does
 * so for all. Control context only.
 */
public final class OrphanClaims {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanClaims.class);

    private final Claims claims;
    private final Predicate<Claim> isAlive;
    /** Sessions that were seen to end, and when. */
    private final Map<SessionRef, Long> over = new HashMap<>();
    /** Claims of sessions that nobody has told of, and since when that is known. */
    private final Map<Claim, Long> unknown = new HashMap<>();

    private Duration patience;

    /**
     * @param isAlive whether any node has a part in the session of a claim
     * @param patience {@code resume_timeout}: how long a session may be unknown
     */
    public OrphanClaims(Claims claims, Predicate<Claim> isAlive, Duration patience) {
        this.claims = claims;
        this.isAlive = isAlive;
        this.patience = patience;
    }

    /** Another time holds from now on. */
    public void patience(Duration changed) {
        patience = changed;
    }

    /** That session is over on all nodes. */
    public void over(SessionRef session, long nowMillis) {
        over.put(session, nowMillis);
    }

    /** What is known of sessions that ended long ago is forgotten. Every node, from time to time. */
    public void forget(long nowMillis) {
        over.values().removeIf(at -> nowMillis - at > 2 * patience.toMillis());
    }

    /** Removes what is orphaned. Completes with how many there were. */
    public Future<Integer> sweep(long nowMillis) {
        return claims.all().compose(all -> {
            unknown.keySet().retainAll(Set.copyOf(all));
            List<Future<Void>> removals = new ArrayList<>();
            for (Claim claim : all) {
                if (isOrphan(claim, nowMillis)) {
                    unknown.remove(claim);
                    LOG.atInfo()
                            .setMessage("claim removed: its session is over")
                            .addKeyValue("address", claim.key())
                            .addKeyValue("client", claim.client())
                            .log();
                    removals.add(claims.remove(claim));
                }
            }
            return Future.all(removals).map(removals.size());
        });
    }

    private boolean isOrphan(Claim claim, long nowMillis) {
        if (isAlive.test(claim)) {
            unknown.remove(claim);
            return false;
        }
        if (over.containsKey(claim.session())) {
            return true;
        }
        long since = unknown.computeIfAbsent(claim, any -> nowMillis);
        return nowMillis - since >= patience.toMillis();
    }
}
