package io.tlstunnel.server.routing;

import io.tlstunnel.server.routing.Registration.Part;
import io.tlstunnel.wire.SessionRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The registrations of one incarnation of another node, as far as they have come without a gap. What comes behind a gap
 * waits for what is missing, or for a snapshot. Control context only.
 */
final class Replica {

    /** Behind more changes than these a snapshot takes less. */
    private static final int MOST_WAITING = 1_000;

    private final Map<SessionRef, Registration> standing = new HashMap<>();
    private final NavigableMap<Long, Registration> waiting = new TreeMap<>();
    private long number;
    private boolean whole;

    /** Takes a change; returns what holds from now on by it, in order: nothing if it is old or behind a gap. */
    List<Registration> apply(Registration change) {
        if (change.number() > number) {
            waiting.put(change.number(), change);
            if (waiting.size() > MOST_WAITING) {
                waiting.pollLastEntry();
            }
        }
        return goOn();
    }

    private List<Registration> goOn() {
        List<Registration> applied = new ArrayList<>();
        Registration next;
        while ((next = waiting.remove(number + 1)) != null) {
            number = next.number();
            if (next.isWithdrawal()) {
                standing.remove(next.session());
            } else {
                standing.put(next.session(), next);
            }
            applied.add(next);
        }
        return applied;
    }

    /** Whether a change is missing. */
    boolean hasGap() {
        return !waiting.isEmpty();
    }

    /** Whether it is what its node says. A digest from before what is known says nothing. */
    boolean matches(Digest digest) {
        if (digest.number() < number) {
            return true;
        }
        whole = digest.number() == number && digest.hash() == Digest.hash(standing.values());
        return whole;
    }

    /** Whether nothing is missing, by the latest snapshot or digest. */
    boolean isWhole() {
        return whole && waiting.isEmpty();
    }

    /**
     * Takes all that stood at the change {@code at}; returns what holds from now on by it and by what waited behind it.
     */
    List<Registration> replace(long at, List<Registration> all) {
        if (at < number) {
            return List.of();
        }
        List<Registration> applied = new ArrayList<>();
        Set<SessionRef> named = all.stream().map(Registration::session).collect(Collectors.toSet());
        withdrawn(registration -> !named.contains(registration.session()), Part.OVER, at, applied);
        for (Registration registration : all) {
            if (!Objects.equals(standing.put(registration.session(), registration), registration)) {
                applied.add(registration);
            }
        }
        number = at;
        whole = true;
        waiting.headMap(at, true).clear();
        applied.addAll(goOn());
        return applied;
    }

    /** Its node is gone; returns what holds from now on by that. */
    List<Registration> end() {
        List<Registration> applied = new ArrayList<>();
        withdrawn(any -> true, Part.LOST, number, applied);
        waiting.clear();
        return applied;
    }

    private void withdrawn(Predicate<Registration> which, Part part, long at, List<Registration> applied) {
        standing.values().removeIf(registration -> {
            boolean gone = which.test(registration);
            if (gone) {
                applied.add(registration.as(part, at));
            }
            return gone;
        });
    }
}
