package io.tlstunnel.mux;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.tlstunnel.mux.ScriptedFarSocket.Ending;
import io.tlstunnel.mux.ScriptedFarSocket.Script;
import io.tlstunnel.mux.relay.RelayBudget;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.StreamId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Nodes with links between them and a client with several tunnels in virtual time, and everything that can happen to
 * them: the same classes as on sockets, one seed, no threads. Whatever breaks a promise is a violation; the same seed gives the
 * same run to the last byte.
 */
final class Simulation {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long LONGEST_RUN_NANOS = 1_000 * SECOND;
    private static final long DEAD_TUNNELS_SHOW_NANOS = 15 * SECOND;
    private static final Endpoint NOBODY = new Endpoint(new byte[4], 1);

    /** The client's. */
    static final SessionRef SESSION = new SessionRef(1, 2, 3);

    /** One tunnel or link, both ends; {@code client} is the one that dialled. */
    private record Way(SimTunnel node, SimTunnel client, PipeCarrier carrier, PipeCarrier atClient) {
        boolean isUp() {
            return !node.isClosed() && !client.isClosed();
        }

        boolean leadsTo(SimProcess process) {
            return node.process() == process || client.process() == process;
        }
    }

    final ManualTimers timers = new ManualTimers();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    final SplittableRandom random;

    private final List<String> violations = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final boolean tracing;
    private final Map<StreamId, SimLife> lives = new LinkedHashMap<>();
    private final ArrayDeque<SimLife> unfinished = new ArrayDeque<>();
    private final List<Way> ways = new ArrayList<>();
    private final Referee referee;
    private final SimShape shape;
    private final SimProcess client;
    private final SimCluster cluster;
    private final List<RelayBudget> relayBudgets = new ArrayList<>();
    private int faultsLeft;
    private int toOpen;
    private boolean ending;

    private Simulation(long seed, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.tracing = tracing;
        this.shape = SimShape.of(random);
        this.referee = new Referee(this, shape);
        this.client = SimProcess.client(this, shape);
        this.cluster = new SimCluster(this, shape);
        this.faultsLeft = shape.faults();
        this.toOpen = shape.streams();
    }

    /** Runs that seed; returns what was broken, none if nothing was. */
    static List<String> run(long seed) {
        return new Simulation(seed, false).run();
    }

    /** Runs that seed again and tells everything that happened. */
    static List<String> replay(long seed) {
        Simulation simulation = new Simulation(seed, true);
        List<String> violations = simulation.run();
        List<String> told = new ArrayList<>(simulation.trace);
        violations.forEach(violation -> told.add("VIOLATION " + violation));
        return told;
    }

    private List<String> run() {
        try {
            trace(() -> "" + shape);
            cluster.start();
            for (int i = 0; i < shape.tunnels(); i++) {
                connect();
            }
            timers.schedule(0, this::openNext);
            timers.schedule(random.nextLong(shape.faultEveryNanos()), this::fault);
            if (!timers.runUntil(this::isOver, LONGEST_RUN_NANOS)) {
                lives.forEach((id, life) -> {
                    if (!life.isOver()) {
                        violate("stream " + id + " never ends: " + life);
                    }
                });
            }
            end();
        } catch (RuntimeException | AssertionError e) {
            violate("it broke: " + e + " at " + e.getStackTrace()[0]);
            if (tracing) {
                for (StackTraceElement element : e.getStackTrace()) {
                    trace.add("    at " + element);
                }
            }
        }
        return violations;
    }

    private void end() {
        ending = true;
        timers.runFor(DEAD_TUNNELS_SHOW_NANOS);
        // An OPEN of a node that was killed may still have been on its way.
        timers.runUntil(() -> lives.values().stream().allMatch(SimLife::isOver), LONGEST_RUN_NANOS);
        lives.forEach((id, life) -> life.check("stream " + id));
        ways.stream().filter(Way::isUp).forEach(way -> {
            if (way.node().tunnel().streams() + way.client().tunnel().streams() > 0) {
                violate("channels are left of streams that are over");
            }
        });
        ways.forEach(way -> way.carrier().breakOff(0, 0));
        timers.runFor(2 * shape.resumeTimeout().toNanos());
        referee.close();
        cluster.nodes().forEach(this::checkEmpty);
        checkEmpty(client);
        if (relayBudgets.stream().anyMatch(budget -> budget.used() != 0)) {
            violate("budget of a relay left taken");
        }
        long unreleased =
                allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (unreleased != 0) {
            violate(unreleased + " bytes of buffers were never released");
        }
    }

    private void checkEmpty(SimProcess process) {
        if (process.streams.size() > 0) {
            violate("streams are left in the registry of a " + process.kind);
        }
        if (process.budget.used() != 0) {
            violate("budget left taken: " + process.budget.used() + " at a " + process.kind);
        }
    }

    private boolean isOver() {
        // Asked after every step: the lives are looked at one by one, and those that are over not again.
        while (toOpen == 0 && !unfinished.isEmpty() && unfinished.peekLast().isOver()) {
            unfinished.removeLast();
        }
        return toOpen == 0 && unfinished.isEmpty();
    }

    // ---- tunnels ----------------------------------------------------------------------------------------------------

    private void connect() {
        SimProcess node = cluster.any();
        Referee.Tunnel watched = referee.tunnel(node.incarnation);
        PipeCarrier.Pace pace = shape.pace(random);
        PipeCarrier atNode = carrier(pace, watched.tap(Referee.Side.NODE));
        PipeCarrier atClient = carrier(pace, watched.tap(Referee.Side.CLIENT));
        PipeCarrier.join(atNode, atClient);
        SimTunnel nodeEnd =
                new SimTunnel(this, node, atNode, shape.settings(TunnelSettings.Role.ANSWERED, shape.nodeWindow(), 0));
        RelayBudget relayBudget = new RelayBudget(shape.relayBudget());
        relayBudgets.add(relayBudget);
        nodeEnd.relays(relayBudget);
        nodeEnd.whenLost(() -> watched.lost(Referee.Side.NODE));
        SimTunnel clientEnd = new SimTunnel(
                this,
                client,
                atClient,
                shape.settings(TunnelSettings.Role.DIALLED, shape.clientWindow(), shape.streams() + 1));
        ways.add(new Way(nodeEnd, clientEnd, atNode, atClient));
        trace(() -> "a tunnel is up: " + watched);
        if (faultsLeft > 0 && random.nextInt(3) == 0) {
            // While its first RESUME is on the way, which is to come late, or never.
            faultsLeft--;
            timers.schedule(random.nextLong(40 * MILLI), () -> breakAtClient(atNode, atClient));
        }
        node.up(nodeEnd);
        cluster.announce(node);
        client.up(clientEnd);
    }

    private PipeCarrier carrier(PipeCarrier.Pace pace, PipeCarrier.Tap tap) {
        return new PipeCarrier(timers, allocator, random.split(), pace, tap).highWater(shape.highWater());
    }

    /** {@code dialler} has a new link to {@code other}. */
    void link(SimProcess dialler, SimProcess other) {
        Referee.Tunnel watched = referee.link(dialler.incarnation, other.incarnation);
        PipeCarrier.Pace pace = shape.pace(random);
        PipeCarrier answered = carrier(pace, watched.tap(Referee.Side.NODE));
        PipeCarrier dialled = carrier(pace, watched.tap(Referee.Side.CLIENT));
        PipeCarrier.join(answered, dialled);
        SimLink there = new SimLink(this, other, dialler, answered, shape.linkSettings(TunnelSettings.Role.ANSWERED));
        SimLink here = new SimLink(this, dialler, other, dialled, shape.linkSettings(TunnelSettings.Role.DIALLED));
        there.whenLost(() -> watched.lost(Referee.Side.NODE));
        here.whenLost(() -> watched.lost(Referee.Side.CLIENT));
        ways.add(new Way(there, here, answered, dialled));
        trace(() -> "a link is up: " + watched);
        dialler.links.put(other.incarnation, here);
        other.links.put(dialler.incarnation, there);
        dialler.route(here, other.hasTunnel());
        other.route(there, dialler.hasTunnel());
    }

    /** An end has lost its tunnel or link: who has dialled it dials again. */
    void lost(SimTunnel end) {
        if (ending) {
            return;
        }
        if (end.process() == client) {
            redial(this::connect);
        } else if (end instanceof SimLink link && link.tunnel().settings().role() == TunnelSettings.Role.DIALLED) {
            redial(() -> {
                if (cluster.isUp(link.process()) && cluster.isUp(link.other())) {
                    link(link.process(), link.other());
                }
            });
        }
    }

    private void redial(Runnable dial) {
        timers.schedule(random.nextLong(shape.redialNanos()), () -> {
            if (!ending) {
                dial.run();
            }
        });
    }

    private void fault() {
        if (faultsLeft == 0 || ending) {
            return;
        }
        faultsLeft--;
        List<Way> up = ways.stream().filter(Way::isUp).toList();
        if (!up.isEmpty()) {
            fault(up.get(random.nextInt(up.size())));
        }
        timers.schedule(random.nextLong(50 * MILLI), this::relieve);
        timers.schedule(random.nextLong(shape.faultEveryNanos()), this::fault);
    }

    /** Where the budget is used up, streams that wait for a tunnel have to go. */
    private void relieve() {
        checkBudget(client);
        cluster.nodes().forEach(this::checkBudget);
        client.suspended.relieve();
        cluster.nodes().forEach(node -> node.suspended.relieve());
    }

    private void checkBudget(SimProcess process) {
        String over = process.overBudget(shape);
        if (over != null) {
            violate("at a " + process.kind + " " + over);
        }
    }

    private void fault(Way way) {
        int kind = random.nextInt(shape.nodeMayDie() ? 12 : 10);
        if (kind < 2) {
            breakAtClient(way.carrier(), way.atClient());
        } else if (kind < 3) {
            trace(() -> "FAULT: every tunnel is cut");
            ways.forEach(any -> any.carrier().breakOff(random.nextLong(10 * MILLI), random.nextLong(10 * MILLI)));
        } else if (kind < 5) {
            trace(() -> "FAULT: a tunnel is cut");
            way.carrier().breakOff(random.nextLong(100 * MILLI), random.nextLong(100 * MILLI));
        } else if (kind < 6) {
            trace(() -> "FAULT: a tunnel is silent");
            way.carrier().cut();
            way.atClient().cut();
        } else if (kind < 8) {
            trace(() -> "FAULT: the client hears nothing of a tunnel any more");
            way.carrier().cut();
        } else if (kind < 10) {
            trace(() -> "FAULT: the node hears nothing of a tunnel any more");
            way.atClient().cut();
        } else {
            kill(cluster.any());
        }
    }

    private void breakAtClient(PipeCarrier atNode, PipeCarrier atClient) {
        trace(() -> "FAULT: the client's end of a tunnel breaks; what it has sent is still under way");
        atNode.cut();
        atClient.abort();
    }

    /** SIGKILL and a new start: nothing of the old one is left, and the client gets a new session. */
    private void kill(SimProcess old) {
        trace(() -> "FAULT: node " + old.incarnation + " is killed");
        cluster.replace(old);
        lives.values().stream().filter(life -> life.ingress == old).forEach(SimLife::nodeKilled);
        ways.stream().filter(way -> way.leadsTo(old)).forEach(way -> kill(old, way));
        // What the killed process held is the kernel's to free; here it has to be let go of.
        old.streams.abandonAll(ResetCode.INTERNAL, "killed");
        if (shape.nodes() == 1 && random.nextBoolean()) {
            client.streams.abandonAll(ResetCode.SESSION_ENDED, "the node has started anew");
        }
    }

    private void kill(SimProcess old, Way way) {
        long heardAfter = random.nextLong(100 * MILLI);
        boolean nodeEnd = way.node().process() == old;
        way.carrier().breakOff(nodeEnd ? 0 : heardAfter, nodeEnd ? heardAfter : 0);
    }

    // ---- streams ----------------------------------------------------------------------------------------------------

    private void openNext() {
        SimTunnel route = cluster.any().anyRoute();
        if (route != null) {
            open(route);
            toOpen--;
        }
        if (toOpen > 0) {
            timers.schedule(random.nextLong(shape.openEveryNanos()), this::openNext);
        }
    }

    private void open(SimTunnel tunnel) {
        SimProcess ingress = tunnel.process();
        StreamId id = new StreamId(ingress.incarnation, ++ingress.opened);
        boolean breaks = random.nextInt(5) == 0;
        SimLife life = new SimLife(
                this,
                ingress,
                script(breaks ? Ending.RESET : Ending.FIN, 1),
                script(breaks && random.nextBoolean() ? Ending.NONE : Ending.FIN, -1),
                random.nextInt(20) == 0,
                random.nextLong(20 * MILLI));
        lives.put(id, life);
        unfinished.add(life);
        if (random.nextInt(12) == 0) {
            timers.schedule(random.nextLong(SECOND), life.service::fail);
        }
        if (random.nextInt(8) == 0) {
            ScriptedFarSocket stalls = random.nextInt(3) == 0 ? life.service : life.visitor;
            stalls.stall(true);
            timers.schedule(random.nextLong(3 * SECOND), () -> stalls.stall(false));
        }
        trace(() -> "stream " + id + " begins: " + life);
        tunnel.open(life, new OpenRequest(id, "p", 1, NOBODY, NOBODY, ingress.opened, SESSION));
    }

    private Script script(Ending ending, int sign) {
        long seed = sign * (lives.size() + 1L);
        long length = random.nextInt(4) == 0 ? random.nextLong(shape.longest()) : random.nextLong(200);
        return new Script(seed, length, ending, -seed, shape.pause(random), shape.piece(random));
    }

    SimCluster cluster() {
        return cluster;
    }

    SimLife life(StreamId id) {
        return Objects.requireNonNull(lives.get(id), "a stream that nobody opened");
    }

    // ---- what is seen -----------------------------------------------------------------------------------------------

    void trace(Supplier<String> what) {
        if (tracing) {
            trace.add("%12.3f ms  %s".formatted(timers.nanoTime() / 1e6, what.get()));
        }
    }

    void violate(String what) {
        violations.add("%.3f ms: %s".formatted(timers.nanoTime() / 1e6, what));
        trace(() -> "VIOLATION " + what);
    }

    Duration resumeTimeout() {
        return shape.resumeTimeout();
    }
}
