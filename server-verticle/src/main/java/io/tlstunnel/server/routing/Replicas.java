package io.tlstunnel.server.routing;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registrations of all other nodes: kept equal to what each says of itself, and dropped with it. Nothing is taken of
 * an incarnation that is not a member. Control context only.
 */
public final class Replicas {
    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

    /** Where snapshots come from. */
    public interface Source {
        /** The piece of that number, 0 for the first, of what {@code incarnation} holds; it may fail. */
        Future<Piece> piece(long incarnation, int index);
    }

    private final Source source;
    private final Consumer<Registration> applied;
    private final Map<Long, Replica> byIncarnation = new HashMap<>();
    private final Set<Long> fetching = new HashSet<>();

    /** @param applied told of each change that holds from now on */
    public Replicas(Source source, Consumer<Registration> applied) {
        this.source = source;
        this.applied = applied;
    }

    /** These are the members now, without this node. */
    public void members(Set<Long> incarnations) {
        for (Long known : List.copyOf(byIncarnation.keySet())) {
            if (!incarnations.contains(known)) {
                byIncarnation.remove(known).end().forEach(applied);
            }
        }
        for (Long incarnation : incarnations) {
            if (!byIncarnation.containsKey(incarnation)) {
                byIncarnation.put(incarnation, new Replica());
                fetch(incarnation);
            }
        }
    }

    /** A change has come. */
    public void registration(Registration change) {
        Replica replica = byIncarnation.get(change.incarnation());
        if (replica != null) {
            replica.apply(change).forEach(applied);
            if (replica.hasGap()) {
                fetch(change.incarnation());
            }
        }
    }

    /** A node says what it holds. */
    public void digest(Digest digest) {
        Replica replica = byIncarnation.get(digest.incarnation());
        if (replica != null && !replica.matches(digest)) {
            fetch(digest.incarnation());
        }
    }

    /** Whether all is known that this member holds. */
    public boolean isWhole(long incarnation) {
        Replica replica = byIncarnation.get(incarnation);
        return replica != null && replica.isWhole();
    }

    /** Another digest starts it again if it fails. */
    private void fetch(long incarnation) {
        if (fetching.add(incarnation)) {
            fetch(incarnation, new ArrayList<>(), 0)
                    .onComplete(done -> fetching.remove(incarnation))
                    .onFailure(failure -> LOG.atDebug()
                            .setMessage("a snapshot did not come; it is asked for again")
                            .addKeyValue("incarnation", Long.toHexString(incarnation))
                            .addKeyValue("reason", failure.getMessage())
                            .log());
        }
    }

    private Future<Void> fetch(long incarnation, List<Registration> all, long at) {
        int index = all.size() / OwnRegistrations.PIECE;
        return source.piece(incarnation, index).compose(piece -> {
            if (index > 0 && piece.number() != at) {
                return Future.failedFuture("it has changed meanwhile");
            }
            all.addAll(piece.registrations());
            if (index + 1 < piece.pieces()) {
                return fetch(incarnation, all, piece.number());
            }
            Replica replica = byIncarnation.get(incarnation);
            if (replica != null) {
                replica.replace(piece.number(), all).forEach(applied);
            }
            return Future.succeededFuture();
        });
    }
}
