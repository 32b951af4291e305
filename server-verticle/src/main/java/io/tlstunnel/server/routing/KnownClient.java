package io.tlstunnel.server.routing;

import io.tlstunnel.server.routing.Registration.Part;
import io.tlstunnel.wire.SessionRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What all nodes say of the sessions of one client, and what follows: one of them counts. Control context only. */
final class KnownClient {
    /** One node's part in one session. */
    private record Holding(long incarnation, SessionRef session) {
        static Holding of(Registration registration) {
            return new Holding(registration.incarnation(), registration.session());
        }
    }

    /** A session whose last node is gone, and the last that was said of it. */
    private record Lost(Registration last, long atMillis) {}

    /**
     * What has become of it.
     *
     * @param current the session that counts, or null
     * @param over sessions that counted before
     * @param left of those whose client said goodbye
     */
    record Outcome(
            @Nullable SessionRef current, boolean holdersChanged, List<SessionRef> over, List<SessionRef> left) {}

    private final long own;
    private final Map<Holding, Registration> standing = new HashMap<>();
    private final Map<SessionRef, Lost> lost = new HashMap<>();
    private final Set<SessionRef> left = new HashSet<>();
    private @Nullable SessionRef current;
    private List<Holder> holders = List.of();

    /** @param own incarnation of this node */
    KnownClient(long own) {
        this.own = own;
    }

    void apply(Registration registration, long nowMillis) {
        SessionRef session = registration.session();
        if (registration.part() == Part.STANDING) {
            standing.put(Holding.of(registration), registration);
            lost.remove(session);
            return;
        }
        Registration last = standing.remove(Holding.of(registration));
        if (registration.part() == Part.LEFT) {
            left.add(session);
            lost.remove(session);
        } else if (registration.part() == Part.LOST
                && last != null
                && of(session).isEmpty()) {
            lost.put(session, new Lost(last, nowMillis));
        }
    }

    /** Forgets what was lost before then. Returns whether there was something. */
    boolean expire(long beforeMillis) {
        return lost.values().removeIf(waits -> waits.atMillis() <= beforeMillis);
    }

    Outcome settle() {
        SessionRef before = current;
        current = Stream.concat(standing.keySet().stream().map(Holding::session), lost.keySet().stream())
                .filter(session -> !left.contains(session))
                .distinct()
                .max(Comparator.comparingLong(SessionRef::epoch)
                        .thenComparing(this::isHeld)
                        .thenComparing(SessionRef::idHigh, Long::compareUnsigned)
                        .thenComparing(SessionRef::idLow, Long::compareUnsigned))
                .orElse(null);
        List<Holder> held = current == null ? List.of() : holdersOf(current);
        boolean changed = !held.equals(holders) || (current != null && !current.equals(before));
        holders = held;
        boolean ended = before != null && !before.equals(current);
        boolean goodbye = ended && left.contains(before);
        left.removeIf(session -> of(session).isEmpty());
        return new Outcome(
                current,
                changed,
                ended && !goodbye ? List.of(before) : List.of(),
                goodbye ? List.of(before) : List.of());
    }

    private boolean isHeld(SessionRef session) {
        return of(session).stream().anyMatch(Registration::isHeld);
    }

    private Collection<Registration> of(SessionRef session) {
        return standing.values().stream()
                .filter(registration -> registration.session().equals(session))
                .toList();
    }

    private List<Holder> holdersOf(SessionRef session) {
        List<Holder> found = new ArrayList<>();
        for (Registration registration : of(session)) {
            registration.loops().forEach(loop -> found.add(new Holder(registration.incarnation(), loop)));
        }
        found.sort(Comparator.comparing((Holder holder) -> holder.incarnation() != own)
                .thenComparing(Holder::incarnation)
                .thenComparing(Holder::loop));
        return List.copyOf(found);
    }

    /** All of it, for people; empty if no session counts. */
    Optional<RoutedClient> view(String name) {
        return Optional.ofNullable(current).map(session -> new RoutedClient(name, session, holders, said()));
    }

    /** Where the session that counts has its tunnels. */
    List<Holder> holders() {
        return holders;
    }

    /** Whether any node has a part in it, or may come back to it. */
    boolean isAlive(SessionRef session) {
        return !left.contains(session)
                && (lost.containsKey(session) || !of(session).isEmpty());
    }

    /** What was said with the highest revision of the session that counts; nothing before the client has said any. */
    List<Registration> said() {
        SessionRef session = current;
        if (session == null) {
            return List.of();
        }
        long revision = latest(session).map(Registration::revision).orElse(0L);
        return revision == 0
                ? List.of()
                : all(session)
                        .filter(registration -> registration.revision() == revision)
                        .toList();
    }

    Optional<Registration> latest(SessionRef session) {
        return all(session).max(Comparator.comparingLong(Registration::revision));
    }

    private Stream<Registration> all(SessionRef session) {
        Lost gone = lost.get(session);
        return Stream.concat(of(session).stream(), gone == null ? Stream.empty() : Stream.of(gone.last()));
    }

    boolean isEmpty() {
        return standing.isEmpty() && lost.isEmpty() && left.isEmpty();
    }
}
