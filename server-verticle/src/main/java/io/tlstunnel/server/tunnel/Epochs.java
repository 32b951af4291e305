package io.tlstunnel.server.tunnel;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Which session of each client name counts: the one with the highest epoch, known for a day after it was last used. A
 * single node keeps them in memory, a cluster in a map of its own.
 */
public interface Epochs {

    /**
     * Decides about a client that proved its key.
     *
     * @param proved the session that it has shown to be its own, or null
     */
    Future<Ruling> rule(String name, @Nullable SessionRef proved);

    /** What was decided. */
    sealed interface Ruling {

        /** That session counts from now on. */
        record Counts(SessionRef session) implements Ruling {}

        /** A later session of that name counts. */
        record Superseded() implements Ruling {}
    }

    /** What follows from the highest session known; any implementation writes down what counts. */
    static Ruling rule(@Nullable SessionRef highest, @Nullable SessionRef proved, long idHigh, long idLow) {
        if (proved == null) {
            return new Ruling.Counts(new SessionRef(idHigh, idLow, highest == null ? 1 : highest.epoch() + 1));
        }
        boolean below = highest != null && proved.epoch() < highest.epoch();
        boolean beside = highest != null && proved.epoch() == highest.epoch() && !proved.equals(highest);
        return below || beside ? new Ruling.Superseded() : new Ruling.Counts(proved);
    }
}
