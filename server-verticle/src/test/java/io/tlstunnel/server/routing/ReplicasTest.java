package io.tlstunnel.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Nodes that tell each other what they hold, over a bus that loses, doubles and reorders, in virtual time. */
final class ReplicasTest {
    private static final long SEEDS = 2_000;
    private static final long SECOND = 1_000;
    private static final int NODES = 3;
    private static final int CHANGES = 60;
    private static final int SESSIONS = 8;

    /** What one node may be behind, once nothing changes and nothing is lost any more. */
    private static final long HEALED_WITHIN = 3 * SECOND;

    private record Event(long at, long number, Runnable run) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private static final class World {
        private final SplittableRandom random;
        private final PriorityQueue<Event> events = new PriorityQueue<>();
        private final List<Node> nodes = new ArrayList<>();
        private long now;
        private long scheduled;
        private long started;
        private boolean lossy = true;

        World(long seed) {
            random = new SplittableRandom(seed);
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node(this, ++started));
            }
            meet();
            tick();
        }

        private void meet() {
            for (Node node : nodes) {
                after(
                        random.nextLong(SECOND),
                        () -> node.replicas.members(nodes.stream()
                                .filter(other -> other != node)
                                .map(other -> other.incarnation)
                                .collect(Collectors.toSet())));
            }
        }

        void after(long millis, Runnable run) {
            events.add(new Event(now + millis, scheduled++, run));
        }

        void runFor(long millis) {
            long end = now + millis;
            while (!events.isEmpty() && events.peek().at() <= end) {
                Event next = events.remove();
                now = next.at();
                next.run().run();
            }
            now = end;
        }

        /** Over the bus: late, twice or not at all. */
        void send(Runnable message) {
            int copies = !lossy ? 1 : random.nextInt(10) == 0 ? 0 : random.nextInt(10) == 0 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                after(random.nextLong(lossy ? 300 : 20), message);
            }
        }

        private void tick() {
            nodes.forEach(Node::tellDigest);
            after(SECOND, this::tick);
        }

        void change() {
            Node node = nodes.get(random.nextInt(NODES));
            if (random.nextInt(20) == 0) {
                nodes.set(nodes.indexOf(node), new Node(this, ++started));
                meet();
            } else {
                node.change();
            }
            runFor(random.nextLong(200));
        }
    }

    private static final class Node {
        private final World world;
        private final long incarnation;
        private final OwnRegistrations own;
        private final Map<SessionRef, Registration> truth = new HashMap<>();
        private final Map<Long, Map<SessionRef, Registration>> tables = new HashMap<>();
        private final Replicas replicas;

        Node(World world, long incarnation) {
            this.world = world;
            this.incarnation = incarnation;
            this.own = new OwnRegistrations("node", incarnation);
            this.replicas = new Replicas(this::fetch, this::applied);
        }

        void change() {
            SessionRef session = new SessionRef(incarnation, world.random.nextInt(SESSIONS), 1);
            Registration change = world.random.nextInt(3) == 0
                    ? own.end("client", session, Registration.Part.OVER)
                    : own.change("client", session, List.of(0), 1, entries(world.random.nextInt(60_000)));
            put(truth, change);
            world.nodes.forEach(other -> world.send(() -> other.replicas.registration(change)));
        }

        void tellDigest() {
            Digest digest = own.digest();
            world.nodes.forEach(other -> world.send(() -> other.replicas.digest(digest)));
        }

        private Future<Piece> fetch(long from, int index) {
            Promise<Piece> answer = Promise.promise();
            Supplier<Node> owner = () -> world.nodes.stream()
                    .filter(node -> node.incarnation == from)
                    .findFirst()
                    .orElse(null);
            world.send(() -> {
                Node asked = owner.get();
                if (asked != null) {
                    Piece piece = asked.own.piece(index);
                    world.send(() -> answer.tryComplete(piece));
                }
            });
            world.after(SECOND / 2, () -> answer.tryFail("no answer"));
            return answer.future();
        }

        private void applied(Registration change) {
            put(tables.computeIfAbsent(change.incarnation(), any -> new HashMap<>()), change);
        }

        private static void put(Map<SessionRef, Registration> table, Registration change) {
            if (change.isWithdrawal()) {
                table.remove(change.session());
            } else {
                table.put(change.session(), change);
            }
        }

        /** What is wrong with what it knows of the others; empty if nothing. */
        List<String> errors() {
            List<String> errors = new ArrayList<>();
            for (Node other : world.nodes) {
                Map<SessionRef, Registration> known = tables.getOrDefault(other.incarnation, Map.of());
                if (other != this && !known.equals(other.truth)) {
                    errors.add(incarnation + " knows " + known + " of " + other.incarnation + ", which has "
                            + other.truth);
                }
                if (other != this && !replicas.isWhole(other.incarnation)) {
                    errors.add(incarnation + " does not say that it knows all of " + other.incarnation);
                }
            }
            Set<Long> alive = world.nodes.stream().map(node -> node.incarnation).collect(Collectors.toSet());
            tables.forEach((gone, table) -> {
                if (!alive.contains(gone) && !table.isEmpty()) {
                    errors.add(incarnation + " still knows " + table + " of " + gone + ", which is gone");
                }
            });
            return errors;
        }
    }

    @Test
    void tablesAreEqualSoonAfterWhateverWasLost() {
        List<String> errors = LongStream.range(0, SEEDS)
                .boxed()
                .flatMap(seed -> {
                    World world = new World(seed);
                    for (int i = 0; i < CHANGES; i++) {
                        world.change();
                    }
                    world.runFor(SECOND);
                    world.lossy = false;
                    world.runFor(HEALED_WITHIN);
                    return world.nodes.stream()
                            .flatMap(node -> node.errors().stream())
                            .map(error -> "seed " + seed + ": " + error);
                })
                .limit(3)
                .toList();
        assertThat(errors).isEmpty();
    }

    @Test
    void aSnapshotOfManyPiecesIsOneOfOneMoment() {
        OwnRegistrations own = new OwnRegistrations("node", 1);
        for (int i = 0; i < 2 * OwnRegistrations.PIECE + 1; i++) {
            own.change("client", new SessionRef(1, i, 1), List.of(0), 1, entries(i));
        }
        Map<SessionRef, Registration> table = new HashMap<>();
        List<Integer> asked = new ArrayList<>();
        Replicas replicas = new Replicas(
                (incarnation, index) -> {
                    asked.add(index);
                    Piece piece = own.piece(index);
                    if (asked.size() == 1) {
                        own.end("client", new SessionRef(1, 0, 1), Registration.Part.OVER);
                    }
                    return Future.succeededFuture(piece);
                },
                change -> Node.put(table, change));
        replicas.members(Set.of(1L));
        assertThat(asked).containsExactly(0, 1, 2);
        assertThat(table).hasSize(2 * OwnRegistrations.PIECE + 1);

        replicas.digest(own.digest());
        assertThat(asked).containsExactly(0, 1, 2, 0, 1);
        assertThat(table).hasSize(2 * OwnRegistrations.PIECE).doesNotContainKey(new SessionRef(1, 0, 1));
    }

    @Test
    void takesNothingOfWhoIsNoMember() {
        List<Registration> applied = new ArrayList<>();
        Replicas replicas = new Replicas((incarnation, index) -> Future.failedFuture("nobody is there"), applied::add);
        OwnRegistrations own = new OwnRegistrations("node", 1);
        Registration change = own.change("client", new SessionRef(1, 1, 1), List.of(0), 1, entries(1));
        replicas.registration(change);
        replicas.digest(own.digest());
        assertThat(applied).isEmpty();

        replicas.members(Set.of(1L));
        replicas.registration(change);
        assertThat(applied).containsExactly(change);

        replicas.members(Set.of());
        assertThat(applied).hasSize(2);
        assertThat(applied.get(1).isWithdrawal()).isTrue();
    }

    @Test
    void messagesAreWhatTheyWereAfterTheirJourney() {
        OwnRegistrations own = new OwnRegistrations("node", -5);
        Registration change = own.change("client", new SessionRef(-1, 2, 3), List.of(0, 5), 4, entries(7));
        assertThat(Registration.of(change.toJson())).isEqualTo(change);
        assertThat(Digest.of(own.digest().toJson())).isEqualTo(own.digest());
        assertThat(Piece.of(own.piece(0).toJson())).isEqualTo(own.piece(0));
    }

    private static List<Registration.Entry> entries(int port) {
        IngressKey key = new IngressKey("::", port + 1);
        ProxySpec spec = new ProxySpec("p", "tcp", "::", port + 1, Map.of("allow_from", "192.0.2.0/24"));
        return List.of(
                new Registration.Entry(spec, key),
                new Registration.Entry(new ProxySpec("refused", "tcp", "::", 1, Map.of()), null));
    }
}
