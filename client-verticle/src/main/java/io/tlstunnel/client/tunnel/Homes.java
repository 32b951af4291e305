package io.tlstunnel.client.tunnel;

import io.tlstunnel.config.HostPort;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the tunnels of a client have landed: on as many nodes as there are, one tunnel to a node where that can be. Says
 * how many tunnels there should be, and which of them looks for another node, and when. On one thread.
 *
 * @param <T> a tunnel
 */
final class Homes<T> {
    /** Tunnels in a cluster, if the configuration does not say. */
    static final int IN_CLUSTER = 2;

    /** Looks in quick succession, until it is plain that the balancer leads to one node only. */
    static final int QUICK_LOOKS = 6;

    /** Before the first look; doubled with each one. */
    static final Duration QUICK = Duration.ofMillis(100);

    /** Between looks at most: nodes come back, balancers change. */
    static final Duration SLOW = Duration.ofMinutes(1);

    /** From then on it would be longer. */
    private static final int LAST_DOUBLED = 9;

    /** Where a tunnel has landed. {@code server} is what was dialled, {@code incarnation} tells the node. */
    record Home(HostPort server, long incarnation) {}

    /** The tunnel in that slot looks for another node, after that pause. */
    record Look(int slot, Duration pause) {}

    private record Landed<T>(T tunnel, Home home) {}

    private final RandomGenerator random;
    private final TreeMap<Integer, Landed<T>> slots = new TreeMap<>();
    private @Nullable Integer configured;
    private int members = 1;
    private int mostTunnels = Integer.MAX_VALUE;
    private boolean cluster;
    private int looks;

    Homes(RandomGenerator random, @Nullable Integer configured) {
        this.random = random;
        this.configured = configured;
    }

    /** The configuration says so now; null if it says nothing. */
    void configured(@Nullable Integer connections) {
        configured = connections;
    }

    /** A WELCOME says how many nodes there are, and how many tunnels the client may have. */
    void told(int nodes, int tunnels) {
        members = nodes;
        mostTunnels = tunnels;
        cluster |= nodes > 1;
    }

    /** Tunnels that there should be. */
    int wanted() {
        if (configured != null) {
            return configured;
        }
        return members == 1 ? 1 : Math.min(IN_CLUSTER, mostTunnels);
    }

    /** A tunnel is up, and is the one of that slot from now on. */
    void landed(int slot, T tunnel, Home home) {
        slots.put(slot, new Landed<>(tunnel, home));
        looks = 0;
    }

    /** A tunnel is gone. */
    void left(T tunnel) {
        slots.values().removeIf(landed -> landed.tunnel().equals(tunnel));
    }

    /** All tunnels are of a session that is over. */
    void clear() {
        slots.clear();
    }

    /** There are no further slots than those below. */
    void cut(int count) {
        slots.tailMap(count).clear();
    }

    /** Whether more nodes have a tunnel if the one of that slot is there. */
    boolean improves(int slot, Home home) {
        Set<Long> others = incarnationsWithout(slot);
        return !others.contains(home.incarnation()) && others.size() == nodes();
    }

    private Set<Long> incarnationsWithout(int slot) {
        return slots.entrySet().stream()
                .filter(entry -> entry.getKey() != slot)
                .map(entry -> entry.getValue().home().incarnation())
                .collect(Collectors.toSet());
    }

    /** Nodes that have a tunnel. */
    private long nodes() {
        return slots.values().stream()
                .map(landed -> landed.home().incarnation())
                .distinct()
                .count();
    }

    /** Servers that lead other tunnels to their nodes: another one may lead to another node. None but in a cluster. */
    Set<HostPort> taken(int slot) {
        if (!cluster) {
            return Set.of();
        }
        return slots.entrySet().stream()
                .filter(entry -> entry.getKey() != slot)
                .map(entry -> entry.getValue().home().server())
                .collect(Collectors.toSet());
    }

    /** Who should look for another node now, if anybody. */
    Optional<Look> nextLook() {
        if (isCrowded()) {
            Integer slot = sharing();
            // Where nobody shares, one that is not up yet may land well by itself.
            return slot == null ? Optional.empty() : Optional.of(new Look(slot, pause()));
        }
        if (cluster && members == 1 && !slots.isEmpty()) {
            // The others are down, or this node is cut off from them: nobody tells when they are back.
            return Optional.of(new Look(slots.firstKey(), slowly()));
        }
        return Optional.empty();
    }

    /** Somebody has looked. Returns whether that was the last of the quick ones. */
    boolean looked() {
        looks++;
        return looks == QUICK_LOOKS;
    }

    /**
     * Whether somebody looks again soon, and may have one more tunnel meanwhile. What the looks before have brought in vain
     * stays up until then: without it a balancer that leads to the node with the fewest connections leads to the same one.
     */
    boolean looksSoon() {
        return looks < QUICK_LOOKS && wanted() + looks < mostTunnels && isCrowded() && sharing() != null;
    }

    private boolean isCrowded() {
        return nodes() < Math.min(wanted(), members);
    }

    /** The last slot whose node another one has too. */
    private @Nullable Integer sharing() {
        for (Integer slot : slots.descendingKeySet()) {
            Landed<T> landed = slots.get(slot);
            if (landed != null
                    && incarnationsWithout(slot).contains(landed.home().incarnation())) {
                return slot;
            }
        }
        return null;
    }

    private Duration pause() {
        return looks <= LAST_DOUBLED ? about(QUICK.multipliedBy(1L << looks)) : slowly();
    }

    private Duration slowly() {
        return about(SLOW);
    }

    /** Three quarters to five quarters of it: a thousand clients do not look in the same moment. */
    private Duration about(Duration pause) {
        long quarter = pause.toMillis() / 4;
        return Duration.ofMillis(pause.toMillis() - quarter + random.nextLong(2 * quarter + 1));
    }
}
