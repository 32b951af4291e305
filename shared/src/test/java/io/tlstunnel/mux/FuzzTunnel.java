package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.ResumeEntry;
import java.util.List;

/** A tunnel of the end under test, what its owner does about it, and what the peer has noted on it. */
final class FuzzTunnel extends SimHandle implements TunnelListener {

    /** Who watches. */
    interface Watcher {
        /** The peer has read a frame. */
        void heard(FuzzTunnel tunnel, Frame frame);

        void closes(FuzzTunnel tunnel);

        void closed(FuzzTunnel tunnel, String reason);
    }

    final FuzzCarrier carrier;
    /** What the peer reads with. */
    final FrameDecoder ear;

    /** Peer: number of its next channel. */
    int nextChannel;

    /** Peer: does not read now. */
    boolean deaf;

    /** Peer: has heard GOAWAY with deadline 0. */
    boolean goneAway;

    private final FuzzEnd end;
    private final Tunnel tunnel;
    private final Watcher watcher;
    private boolean closed;

    FuzzTunnel(FuzzEnd end, Watcher watcher) {
        super(end.loop(), end.timers);
        this.end = end;
        this.watcher = watcher;
        this.carrier = new FuzzCarrier(end.allocator, () -> watcher.closes(this));
        this.ear = decoder(frame -> watcher.heard(this, frame));
        this.nextChannel = end.shape.role() == TunnelSettings.Role.DIALLED ? 2 : 1;
        FrameDecoder decoder = decoder(frame -> {
            throw new AssertionError("a frame before the tunnel was there");
        });
        this.tunnel = new Tunnel(carrier, end.timers, end.shape.settings(), end.budget, decoder, this);
        decoder.sink(tunnel);
    }

    private static FrameDecoder decoder(io.tlstunnel.wire.FrameSink sink) {
        FrameDecoder decoder = new FrameDecoder(sink);
        decoder.handshakeDone();
        return decoder;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether words can still be exchanged. */
    boolean isUp() {
        return !closed && !carrier.isClosing();
    }

    /** Peer: the next of its channel numbers. */
    int takeChannel() {
        nextChannel += 2;
        return nextChannel - 2;
    }

    // ---- TunnelListener ---------------------------------------------------------------------------------------------

    @Override
    public Known lookUp(Frame.Open open) {
        return end.shape.takesPeers() ? end.streams.lookUp(this, open) : Known.NOT;
    }

    @Override
    public void opened(Stream stream, Frame.Open open) {
        end.opened(stream, this);
    }

    @Override
    public void resume(ResumeEntry entry) {
        if (end.shape.kind() == FuzzEnd.Kind.CLIENT) {
            TunnelListener.super.resume(entry);
        } else {
            end.streams.resume(this, entry);
        }
    }

    @Override
    public void detached(Stream stream) {
        end.streams.detached(stream);
    }

    @Override
    public void unreachable(Stream stream) {
        end.streams.unreachable(stream);
    }

    @Override
    public void control(Frame frame) {
        // The owner's.
    }

    @Override
    public void goAway(Frame.GoAway goAway) {
        end.control.execute(() -> end.streams.down(this));
    }

    @Override
    public void roundTrip(long nanos) {
        if (nanos < 0) {
            throw new AssertionError("a round trip of " + nanos + " ns");
        }
    }

    @Override
    public void closed(String reason, List<Stream> lost) {
        if (closed) {
            throw new AssertionError("closed twice");
        }
        closed = true;
        end.control.execute(() -> end.streams.down(this));
        end.streams.suspended(this, lost);
        watcher.closed(this, reason);
    }

    // ---- TunnelHandle -----------------------------------------------------------------------------------------------

    @Override
    public Tunnel tunnel() {
        return tunnel;
    }
}
