package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Group;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.wire.SessionRef;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says who has a key that somebody else wants, and until when. Control context only. */
final class ConflictSentence {
    private final Function<SessionRef, @Nullable Session> sessions;
    private final Supplier<Duration> resumeTimeout;

    /** @param sessions knows those of this node that are not over */
    ConflictSentence(Function<SessionRef, @Nullable Session> sessions, Supplier<Duration> resumeTimeout) {
        this.sessions = sessions;
        this.resumeTimeout = resumeTimeout;
    }

    String of(Claim wanted, Claim inTheWay, Session asking) {
        return wanted.key() + " is held by " + holder(inTheWay, asking)
                + (inTheWay.key().equals(wanted.key()) ? "" : ", which listens on " + inTheWay.key())
                + (hasOtherKey(wanted.group(), inTheWay.group()) ? ", and this client's group_key is another one" : "")
                + until(sessions.apply(inTheWay.session()));
    }

    private static String holder(Claim claim, Session asking) {
        if (claim.client().equals(asking.client())) {
            return "proxy " + claim.proxy() + " of this client";
        }
        Group group = claim.group();
        return group == null ? "client " + claim.client() + " (proxy " + claim.proxy() + ")" : "group " + group.name();
    }

    private static boolean hasOtherKey(@Nullable Group wanted, @Nullable Group holds) {
        return wanted != null && holds != null && wanted.name().equals(holds.name()) && !wanted.equals(holds);
    }

    private String until(@Nullable Session holder) {
        if (holder == null || holder.state() != Session.State.SUSPENDED) {
            return "";
        }
        long goneMillis = System.currentTimeMillis() - holder.suspendedAtMillis();
        long leftMillis = Math.max(0, resumeTimeout.get().toMillis() - goneMillis);
        return "; it has lost its tunnel, and the port becomes free in " + (leftMillis + 999) / 1000
                + " s if it does not come back";
    }
}
