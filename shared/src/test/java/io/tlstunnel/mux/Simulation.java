package io.tlstunnel.mux;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.tlstunnel.mux.ScriptedFarSocket.Ending;
import io.tlstunnel.mux.ScriptedFarSocket.Script;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
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
 * A node and a client with several tunnels in virtual time, and everything that can happen to the tunnels between them:
 * the same classes as on sockets, one seed, no threads. Whatever breaks a promise is a violation; the same seed gives the
 * same run to the last byte.
 */
final class Simulation {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long LONGEST_RUN_NANOS = 1_000 * SECOND;
    private static final Endpoint NOBODY = new Endpoint(new byte[4], 1);

    /** One tunnel, both ends. */
    private record Way(SimTunnel node, SimTunnel client, PipeCarrier carrier, PipeCarrier atClient) {
        boolean isUp() {
            return !node.isClosed() && !client.isClosed();
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
    private SimProcess node;
    private int faultsLeft;
    private int toOpen;
    private long opened;
    private boolean ending;

    private Simulation(long seed, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.tracing = tracing;
        this.shape = SimShape.of(random);
        this.referee = new Referee(this, shape.initialWindow());
        this.client = new SimProcess(this, SimProcess.Kind.CLIENT, shape.budget(), shape.resumeTimeout(), 0);
        this.node = new SimProcess(this, SimProcess.Kind.NODE, shape.budget(), shape.resumeTimeout(), 1);
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
        timers.runFor(SECOND);
        lives.forEach((id, life) -> life.check("stream " + id));
        ways.forEach(way -> way.carrier().breakOff(0, 0));
        timers.runFor(2 * shape.resumeTimeout().toNanos());
        referee.close();
        if (node.streams.size() + client.streams.size() > 0) {
            violate("streams are left in a registry");
        }
        if (node.budget.used() != 0 || client.budget.used() != 0) {
            violate("budget left taken: " + node.budget.used() + " at the node, " + client.budget.used()
                    + " at the client");
        }
        long unreleased =
                allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (unreleased != 0) {
            violate(unreleased + " bytes of buffers were never released");
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
        PipeCarrier.Pace pace = shape.pace(random);
        Referee.Tunnel watched = referee.tunnel();
        PipeCarrier atNode = new PipeCarrier(timers, allocator, random.split(), pace, watched.tap(Referee.Side.NODE));
        PipeCarrier atClient =
                new PipeCarrier(timers, allocator, random.split(), pace, watched.tap(Referee.Side.CLIENT));
        PipeCarrier.join(atNode, atClient);
        SimTunnel nodeEnd =
                new SimTunnel(this, node, atNode, shape.settings(TunnelSettings.Role.ANSWERED, shape.nodeWindow(), 0));
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
        nodeEnd.process().control.execute(() -> nodeEnd.process().streams.up(nodeEnd));
        client.control.execute(() -> client.streams.up(clientEnd));
    }

    /** An end has lost its tunnel: the client dials another one. */
    void lost(SimTunnel end) {
        if (ending || end.process() != client) {
            return;
        }
        timers.schedule(random.nextLong(shape.redialNanos()), () -> {
            if (!ending) {
                connect();
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
        timers.schedule(random.nextLong(shape.faultEveryNanos()), this::fault);
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
            killNode();
        }
    }

    private void breakAtClient(PipeCarrier atNode, PipeCarrier atClient) {
        trace(() -> "FAULT: the client's end of a tunnel breaks; what it has sent is still under way");
        atNode.cut();
        atClient.abort();
    }

    /** SIGKILL and a new start: nothing of the old one is left, and the client gets a new session. */
    private void killNode() {
        trace(() -> "FAULT: the node is killed");
        SimProcess old = node;
        node = new SimProcess(this, SimProcess.Kind.NODE, shape.budget(), shape.resumeTimeout(), old.incarnation + 1);
        lives.values().forEach(SimLife::nodeKilled);
        ways.forEach(way -> way.carrier().breakOff(0, random.nextLong(100 * MILLI)));
        // What the killed process held is the kernel's to free; here it has to be let go of.
        old.streams.abandonAll(ResetCode.INTERNAL, "killed");
        if (random.nextBoolean()) {
            client.streams.abandonAll(ResetCode.SESSION_ENDED, "the node has started anew");
        }
    }

    // ---- streams ----------------------------------------------------------------------------------------------------

    private void openNext() {
        List<SimTunnel> up = ways.stream()
                .map(Way::node)
                .filter(tunnel -> !tunnel.isClosed() && tunnel.process() == node)
                .toList();
        if (!up.isEmpty()) {
            open(up.get(random.nextInt(up.size())));
            toOpen--;
        }
        if (toOpen > 0) {
            timers.schedule(random.nextLong(shape.openEveryNanos()), this::openNext);
        }
    }

    private void open(SimTunnel tunnel) {
        StreamId id = new StreamId(node.incarnation, ++opened);
        boolean breaks = random.nextInt(5) == 0;
        SimLife life = new SimLife(
                this,
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
            life.visitor.stall(true);
            timers.schedule(random.nextLong(3 * SECOND), () -> life.visitor.stall(false));
        }
        trace(() -> "stream " + id + " begins: " + life);
        tunnel.open(life, new OpenRequest(id, "p", 1, NOBODY, NOBODY, opened));
    }

    private Script script(Ending ending, int sign) {
        long seed = sign * (lives.size() + 1L);
        long length = random.nextInt(4) == 0 ? random.nextLong(shape.longest()) : random.nextLong(200);
        return new Script(seed, length, ending, -seed, shape.pause(random), shape.piece(random));
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
