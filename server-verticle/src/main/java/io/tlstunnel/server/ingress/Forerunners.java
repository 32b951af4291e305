package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.tunnel.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions that are over because a later one of their client took over. They stay registered until that one is, so that
 * nobody else gets what they had. Control context only.
 */
final class Forerunners {
    private static final Logger LOG = LoggerFactory.getLogger(Forerunners.class);

    private final Claims claims;
    private final Announcements announcements;
    private final Map<String, List<Forerunner>> byClient = new HashMap<>();

    private record Forerunner(Session session, List<Claim> claims) {}

    Forerunners(Claims claims, Announcements announcements) {
        this.claims = claims;
        this.announcements = announcements;
    }

    /** @param claimed what it has claimed and its heir has not taken over */
    void add(Session old, List<Claim> claimed) {
        byClient.computeIfAbsent(old.client(), any -> new ArrayList<>()).add(new Forerunner(old, claimed));
    }

    /** The heir is registered, or will never be: nobody needs what its forerunners had. */
    void release(String client) {
        List<Forerunner> before = byClient.remove(client);
        if (before != null) {
            before.forEach(old -> {
                announcements.end(old.session(), Registration.Part.OVER);
                old.claims().forEach(this::remove);
            });
        }
    }

    private void remove(Claim claim) {
        claims.remove(claim).onFailure(failure -> LOG.error("the claim of {} was not removed", claim.key(), failure));
    }
}
