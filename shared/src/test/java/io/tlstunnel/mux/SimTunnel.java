package io.tlstunnel.mux;

import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.mux.relay.RelayBudget;
import io.tlstunnel.mux.resume.StreamHandle;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.ResumeEntry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One end of a tunnel in the simulated world, with what its owner does about it. */
class SimTunnel extends SimHandle implements TunnelListener {

    private static final int MOST_CHANNELS = 1_000;

    private final Simulation world;
    private final SimProcess process;
    private final Tunnel tunnel;
    private @Nullable Relay relay;
    private Runnable lostToldTo = () -> {};
    private boolean closed;

    SimTunnel(Simulation world, SimProcess process, PipeCarrier carrier, TunnelSettings settings) {
        super(process.loops.get(world.random.nextInt(process.loops.size())), world.timers);
        this.world = world;
        this.process = process;
        FrameDecoder decoder = new FrameDecoder(frame -> {
            throw new AssertionError("a frame before the tunnel was there");
        });
        decoder.handshakeDone();
        this.tunnel = new Tunnel(carrier, world.timers, settings, process.budget, decoder, this);
        decoder.sink(tunnel);
        carrier.listener(tunnel);
    }

    /** Makes it the end of a client's tunnel at a node. */
    void relays(RelayBudget budget) {
        relay = new Relay(tunnel, Simulation.SESSION, budget, world.cluster().links(process), MOST_CHANNELS);
    }

    /** Who hears first that it is gone. */
    void whenLost(Runnable told) {
        lostToldTo = told;
    }

    Relay relay() {
        return Objects.requireNonNull(relay);
    }

    Simulation world() {
        return world;
    }

    SimProcess process() {
        return process;
    }

    boolean isClosed() {
        return closed;
    }

    /** Opens a stream with that visitor. */
    void open(SimLife life, OpenRequest request) {
        Stream stream = tunnel.open(request);
        adopt(stream, life::endedAtNode);
        life.visitor.start(stream);
        stream.attach(life.visitor);
        tunnel.readComplete();
    }

    private StreamHandle adopt(Stream stream, StreamListener ended) {
        process.owned.add(stream);
        return process.streams.add(stream, this, new SameSocket(stream), (over, outcome) -> {
            process.owned.remove(over);
            ended.finished(over, outcome);
        });
    }

    // ---- TunnelListener ---------------------------------------------------------------------------------------------

    @Override
    public Known lookUp(Frame.Open open) {
        return process.streams.lookUp(this, open);
    }

    @Override
    public void opened(Stream stream, Frame.Open open) {
        SimLife life = world.life(open.stream());
        StreamHandle handle = adopt(stream, life::endedAtClient);
        life.dialled(handle);
    }

    @Override
    public void resume(ResumeEntry entry) {
        if (process.kind == SimProcess.Kind.CLIENT) {
            throw new AssertionError("a node asked to resume");
        }
        if (entry.stream().incarnation() == process.incarnation) {
            process.streams.resume(this, entry);
        } else {
            relay().resume(entry);
        }
    }

    @Override
    public void detached(Stream stream) {
        process.streams.detached(stream);
    }

    @Override
    public void unreachable(Stream stream) {
        process.streams.unreachable(stream);
    }

    @Override
    public void control(Frame frame) {
        throw new AssertionError("nobody registers here");
    }

    @Override
    public void goAway(Frame.GoAway goAway) {
        world.violate("GOAWAY " + goAway.code() + ": " + goAway.reason());
    }

    @Override
    public void roundTrip(long nanos) {
        // Measured for the metrics only.
    }

    @Override
    public void closed(String reason, List<Stream> lost) {
        if (closed) {
            throw new AssertionError("closed twice");
        }
        closed = true;
        lostToldTo.run();
        world.trace(() -> process.kind + " lost a tunnel with " + lost.size() + " streams: " + reason);
        process.down(this);
        process.streams.suspended(this, lost);
        gone();
    }

    /** It is gone, and its streams are suspended. */
    void gone() {
        if (process.kind == SimProcess.Kind.NODE) {
            world.cluster().announce(process);
        }
        world.lost(this);
    }

    // ---- TunnelHandle -----------------------------------------------------------------------------------------------

    @Override
    public Tunnel tunnel() {
        return tunnel;
    }
}
