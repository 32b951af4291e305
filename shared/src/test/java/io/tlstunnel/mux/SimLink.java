package io.tlstunnel.mux;

import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.StreamState;

/** One end of a link in the simulated world, with what its node does about it. */
final class SimLink extends SimTunnel implements LinkListener {
    private final SimProcess other;

    /** @param other the node at its other end */
    SimLink(Simulation world, SimProcess process, SimProcess other, PipeCarrier carrier, TunnelSettings settings) {
        super(world, process, carrier, settings);
        this.other = other;
    }

    SimProcess other() {
        return other;
    }

    @Override
    public void relay(Frame.Open open) {
        SimTunnel tunnel = process().anyTunnel();
        if (tunnel == null) {
            Relay.refuse(tunnel(), open);
        } else {
            tunnel.relay().open(tunnel(), open);
        }
    }

    @Override
    public void refused(Stream stream, ResetCode code) {
        world().trace(() -> "stream " + stream.id() + " was refused: " + code);
        process().streams.refused(stream);
    }

    @Override
    public void resume(ResumeEntry entry) {
        if (entry.stream().incarnation() != process().incarnation) {
            world().violate("RESUME of stream " + entry.stream() + " came to incarnation " + process().incarnation);
            tunnel().answer(entry, ResumeAnswer.GONE, new StreamState.Open());
        } else if (!Simulation.SESSION.equals(entry.session())) {
            world().violate("RESUME without its session: " + entry);
        } else {
            process().streams.resume(this, entry);
        }
    }

    @Override
    void gone() {
        process().links.remove(other.incarnation, this);
        world().lost(this);
    }
}
