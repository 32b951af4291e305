package io.tlstunnel.mux;

import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.mux.resume.Tombstones;
import java.time.Duration;
import java.util.List;

/** One run of a node or of a client: what its tunnels share, as a server or client of ours has it. */
final class SimProcess {

    enum Kind {
        NODE,
        CLIENT
    }

    final Kind kind;
    final MemoryBudget budget;
    final SessionStreams streams;
    final SimThread control;
    final List<SimThread> loops;
    final long incarnation;

    SimProcess(Simulation world, Kind kind, long budget, Duration resumeTimeout, long incarnation) {
        this.kind = kind;
        this.budget = new MemoryBudget(budget);
        this.incarnation = incarnation;
        long timeout = resumeTimeout.toNanos();
        Tombstones tombstones = new Tombstones(resumeTimeout, world.timers::nanoTime);
        this.control = new SimThread(world.timers, world.random.split());
        this.loops = List.of(
                new SimThread(world.timers, world.random.split()), new SimThread(world.timers, world.random.split()));
        this.streams = kind == Kind.CLIENT
                ? SessionStreams.inClient(control, tombstones, timeout)
                : SessionStreams.atNode(control, tombstones, timeout);
    }
}
