package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this node has told the others of its sessions: each change has a number, and what stands can be had in pieces.
 * Control context only.
 */
public final class OwnRegistrations {

    /** Registrations of one piece: some 100 KiB where clients have a handful of proxies each. */
    static final int PIECE = 200;

    private final String node;
    private final long incarnation;
    private final Map<SessionRef, Registration> standing = new LinkedHashMap<>();
    private long number;
    private List<Registration> frozen = List.of();
    private long frozenAt;

    /** @param node id of this node */
    public OwnRegistrations(String node, long incarnation) {
        this.node = node;
        this.incarnation = incarnation;
    }

    /** Notes the next change; what it returns is to be published. */
    public Registration change(
            String client, SessionRef session, List<Integer> loops, long revision, List<Registration.Entry> entries) {
        Registration registration = new Registration(
                node,
                incarnation,
                ++number,
                client,
                session,
                Registration.Part.STANDING,
                List.copyOf(loops),
                revision,
                List.copyOf(entries));
        standing.put(session, registration);
        return registration;
    }

    /** Notes that this node has no part in the session any more; what it returns is to be published. */
    public Registration end(String client, SessionRef session, Registration.Part part) {
        standing.remove(session);
        return new Registration(node, incarnation, ++number, client, session, part, List.of(), 0, List.of());
    }

    /** What was told of a session last, or null. */
    public @Nullable Registration of(SessionRef session) {
        return standing.get(session);
    }

    public Digest digest() {
        return new Digest(incarnation, number, Digest.hash(standing.values()));
    }

    /**
     * One piece of what stands: of this moment if it is the first one, else of the moment of the first one that was asked
     * for last, so that who asks for one after the other gets a whole.
     *
     * @param index 0 or more; behind the last one the piece is empty
     */
    public Piece piece(int index) {
        if (index == 0) {
            frozen = new ArrayList<>(standing.values());
            frozenAt = number;
        }
        int from = Math.min(index * PIECE, frozen.size());
        int to = Math.min(from + PIECE, frozen.size());
        int pieces = Math.max(1, (frozen.size() + PIECE - 1) / PIECE);
        return new Piece(frozenAt, pieces, List.copyOf(frozen.subList(from, to)));
    }
}
