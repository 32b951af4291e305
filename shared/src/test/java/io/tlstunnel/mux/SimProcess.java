package io.tlstunnel.mux;

import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.mux.resume.SuspendedStreams;
import io.tlstunnel.mux.resume.Tombstones;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of a node or of a client: what its tunnels share, as a server or client of ours has it. */
final class SimProcess {

    enum Kind {
        NODE,
        CLIENT
    }

    final Kind kind;
    final MemoryBudget budget;
    final SessionStreams streams;
    final SuspendedStreams suspended;
    final SimThread control;
    final List<SimThread> loops;
    final long incarnation;
    /** Ends of streams that are here and not over. */
    final Set<Stream> owned = new LinkedHashSet<>();
    /** In a node: streams that visitors have opened here. */
    long opened;

    /** In a node: its links, by the incarnation at their other end. */
    final Map<Long, SimLink> links = new HashMap<>();

    private final Simulation world;
    /** Where streams may go: tunnels, and links to nodes that have one. */
    private final Set<SimTunnel> routes = new LinkedHashSet<>();
    /** In a node: the client's tunnels. */
    private final List<SimTunnel> tunnels = new ArrayList<>();

    private SimProcess(Simulation world, Kind kind, SimShape shape, long incarnation) {
        this.world = world;
        this.kind = kind;
        this.budget = new MemoryBudget(shape.budget());
        this.incarnation = incarnation;
        long timeout = shape.resumeTimeout().toNanos();
        Tombstones tombstones = new Tombstones(shape.resumeTimeout(), world.timers::nanoTime);
        this.suspended = new SuspendedStreams(budget);
        this.control = new SimThread(world.timers, world.random.split());
        SimThread loop = new SimThread(world.timers, world.random.split());
        // A relay is on one loop with its links.
        this.loops = kind == Kind.NODE && shape.nodes() > 1
                ? List.of(loop)
                : List.of(loop, new SimThread(world.timers, world.random.split()));
        this.streams = kind == Kind.CLIENT
                ? SessionStreams.inClient(control, tombstones, suspended, timeout)
                : SessionStreams.atNode(control, tombstones, suspended, timeout);
    }

    static SimProcess client(Simulation world, SimShape shape) {
        return new SimProcess(world, Kind.CLIENT, shape, 0);
    }

    static SimProcess node(Simulation world, SimShape shape, long incarnation) {
        return new SimProcess(world, Kind.NODE, shape, incarnation);
    }

    /** A tunnel is up, which is the client's if this is a node. */
    void up(SimTunnel tunnel) {
        tunnels.add(tunnel);
        route(tunnel, true);
    }

    /** A tunnel or link is gone. */
    void down(SimTunnel tunnel) {
        tunnels.remove(tunnel);
        route(tunnel, false);
    }

    /** Whether streams may go there; counts a little later. */
    void route(SimTunnel tunnel, boolean leads) {
        control.execute(() -> {
            if (leads && !tunnel.isClosed() && routes.add(tunnel)) {
                streams.up(tunnel);
            } else if (!leads && routes.remove(tunnel)) {
                streams.down(tunnel);
            }
        });
    }

    /** How it holds more than it may, or null. */
    @Nullable
    String overBudget(SimShape shape) {
        return Budgets.exceeded(budget, owned, shape.floor());
    }

    boolean hasTunnel() {
        return !tunnels.isEmpty();
    }

    /** A tunnel of the client here, or null. */
    @Nullable
    SimTunnel anyTunnel() {
        return tunnels.isEmpty() ? null : tunnels.get(world.random.nextInt(tunnels.size()));
    }

    /** A way to the client, over a tunnel or a link, or null. */
    @Nullable
    SimTunnel anyRoute() {
        List<SimTunnel> open =
                routes.stream().filter(route -> !route.isClosed()).toList();
        return open.isEmpty() ? null : open.get(world.random.nextInt(open.size()));
    }
}
