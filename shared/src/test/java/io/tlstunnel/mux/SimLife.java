package io.tlstunnel.mux;

import io.tlstunnel.mux.ScriptedFarSocket.Script;
import io.tlstunnel.mux.resume.StreamHandle;
import io.tlstunnel.wire.ResetCode;
import org.jspecify.annotations.Nullable;

/** One stream of the simulated world: the programs behind its two ends, and what was seen of it. */
final class SimLife {
    private final Simulation world;
    final SimProcess ingress;
    final Script visitorScript;
    final Script serviceScript;
    final ScriptedFarSocket visitor;
    final ScriptedFarSocket service;
    final boolean refused;
    private final long dialNanos;

    private @Nullable StreamOutcome atNode;
    private @Nullable StreamOutcome atClient;
    private int dials;
    /** Its node was killed, or nobody came for it within {@code resume_timeout}: its ends only have to be heard. */
    private boolean doomed;

    SimLife(
            Simulation world,
            SimProcess ingress,
            Script visitorScript,
            Script serviceScript,
            boolean refused,
            long dialNanos) {
        this.world = world;
        this.ingress = ingress;
        this.visitorScript = visitorScript;
        this.serviceScript = serviceScript;
        this.refused = refused;
        this.dialNanos = dialNanos;
        this.visitor = new ScriptedFarSocket(world.timers, world.allocator, world.random.split(), visitorScript);
        this.service = new ScriptedFarSocket(world.timers, world.allocator, world.random.split(), serviceScript);
    }

    void endedAtNode(Stream stream, StreamOutcome outcome) {
        if (atNode != null && !doomed) {
            world.violate("stream " + stream.id() + " ended twice at its node");
        }
        atNode = outcome;
        world.trace(() -> "stream " + stream.id() + " ended at its node: " + outcome);
    }

    void endedAtClient(Stream stream, StreamOutcome outcome) {
        if (atClient != null) {
            world.violate("stream " + stream.id() + " ended twice at its client");
        }
        atClient = outcome;
        world.trace(() -> "stream " + stream.id() + " ended at its client: " + outcome);
    }

    /** The client dials the service. */
    void dialled(StreamHandle handle) {
        if (++dials > 1) {
            world.violate("stream " + handle.id() + ": its service was dialled " + dials + " times");
            return;
        }
        world.timers.schedule(dialNanos, () -> handle.run(() -> answer(handle.stream())));
    }

    private void answer(Stream stream) {
        if (refused) {
            stream.reset(ResetCode.SERVICE_REFUSED, "refused by the script");
        } else if (!stream.isFinished()) {
            service.start(stream);
            stream.accept(service);
        }
    }

    /** The node's process is killed: the kernel resets the visitor's connection. */
    void nodeKilled() {
        doomed = true;
        if (atNode == null) {
            atNode = new StreamOutcome.Reset(ResetCode.INTERNAL, "killed", StreamOutcome.Side.THIS);
            visitor.reset(0);
        }
    }

    void doomed() {
        doomed = true;
    }

    boolean isOver() {
        return atNode != null && (atClient != null || dials == 0);
    }

    private boolean isBroken() {
        return doomed
                || refused
                || visitor.hasFailed()
                || service.hasFailed()
                || isForMemory(atNode)
                || isForMemory(atClient);
    }

    private static boolean isForMemory(@Nullable StreamOutcome outcome) {
        return outcome instanceof StreamOutcome.Reset reset && reset.code() == ResetCode.OUT_OF_MEMORY;
    }

    /** Holds what was seen against the promises. */
    void check(String name) {
        if (!isBroken()) {
            checkWhole(name);
            return;
        }
        if (service.heard() > visitor.said() || visitor.heard() > service.said()) {
            world.violate(name + ": more was heard than said");
        }
        if (!visitor.isOver()) {
            world.violate(name + ": the visitor never heard the end: " + atNode);
        }
        if (dials > 0 && !refused && service.isStarted() && !service.isOver()) {
            world.violate(name + ": the service never heard the end: " + atClient);
        }
    }

    private void checkWhole(String name) {
        if (!(atNode instanceof StreamOutcome.Clean) || !(atClient instanceof StreamOutcome.Clean)) {
            world.violate(name + " ended " + atNode + " at its node, " + atClient + " at its client");
        }
        if (service.heard() != visitorScript.length() || visitor.heard() != serviceScript.length()) {
            world.violate(name + ": the service heard " + service.heard() + " of " + visitorScript.length()
                    + " bytes, the visitor " + visitor.heard() + " of " + serviceScript.length());
        }
        if (!visitor.finHeard() || !service.finHeard()) {
            world.violate(name + ": a half-close was not heard");
        }
        if (!visitor.isClosed() || !service.isClosed()) {
            world.violate(name + ": a socket was left open");
        }
    }

    @Override
    public String toString() {
        return "visitor " + visitorScript + " heard " + visitor.heard() + ", node " + atNode + "; service "
                + serviceScript + " heard " + service.heard() + ", client " + atClient;
    }
}
