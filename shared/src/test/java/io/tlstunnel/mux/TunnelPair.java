package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's tunnel and a client's, joined in memory and in virtual time, watched by a {@link Monitor}. The same seed gives
 * the same run to the last byte.
 */
final class TunnelPair {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    /** What the pair is made with. */
    record Shape(
            int nodeWindow,
            int clientWindow,
            int initialWindow,
            int frameSize,
            long budget,
            Duration pingInterval,
            Duration deadAfter,
            PipeCarrier.Pace pace) {

        static Shape usual() {
            return new Shape(
                    Window.USUAL,
                    Window.USUAL,
                    TunnelSettings.DEFAULT_INITIAL_WINDOW,
                    64 * 1024,
                    256L << 20,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    new PipeCarrier.Pace(MILLI, MILLI / 10, 64 * 1024));
        }

        Shape window(int bytes) {
            return new Shape(
                    bytes, bytes, Math.min(bytes, initialWindow), frameSize, budget, pingInterval, deadAfter, pace);
        }

        Shape budget(long bytes) {
            return new Shape(nodeWindow, clientWindow, initialWindow, frameSize, bytes, pingInterval, deadAfter, pace);
        }
    }

    /** One end. */
    final class End implements TunnelListener {
        final MemoryBudget budget;
        final PipeCarrier carrier;
        final Tunnel tunnel;
        final List<Frame> controls = new ArrayList<>();
        final List<Frame.GoAway> goAways = new ArrayList<>();
        final List<Long> roundTrips = new ArrayList<>();
        BiConsumer<Stream, Frame.Open> onOpen = (stream, open) -> {
            throw new AssertionError("an OPEN that the test did not expect");
        };

        @Nullable
        String closedBecause;

        private End(TunnelSettings settings, MemoryBudget budget, PipeCarrier carrier) {
            this.budget = budget;
            this.carrier = carrier;
            FrameDecoder decoder = new FrameDecoder(frame -> {
                throw new AssertionError("a frame before the tunnel was there");
            });
            decoder.handshakeDone();
            this.tunnel = new Tunnel(carrier, timers, settings, budget, decoder, this);
            decoder.sink(tunnel);
            carrier.listener(tunnel);
        }

        @Override
        public void opened(Stream stream, Frame.Open open) {
            onOpen.accept(stream, open);
        }

        @Override
        public void control(Frame frame) {
            controls.add(frame);
        }

        @Override
        public void detached(Stream stream) {
            stream.abandon(ResetCode.SESSION_ENDED, "detached by the peer");
        }

        @Override
        public void unreachable(Stream stream) {
            throw new AssertionError("nobody asked");
        }

        @Override
        public void goAway(Frame.GoAway goAway) {
            goAways.add(goAway);
        }

        @Override
        public void roundTrip(long nanos) {
            roundTrips.add(nanos);
        }

        @Override
        public void closed(String reason, List<Stream> streams) {
            if (closedBecause != null) {
                throw new AssertionError("closed twice");
            }
            closedBecause = reason;
            streams.forEach(stream -> stream.abandon(ResetCode.SESSION_ENDED, "tunnel lost: " + reason));
        }

        boolean isClosed() {
            return closedBecause != null;
        }
    }

    private static final int MANY_STREAMS = 100_000;

    final ManualTimers timers = new ManualTimers();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    final SplittableRandom random;
    final Monitor monitor;
    final End node;
    final End client;
    private long opened;

    TunnelPair(long seed, Shape shape) {
        random = new SplittableRandom(seed);
        monitor = new Monitor(timers, shape.initialWindow());
        PipeCarrier atNode =
                new PipeCarrier(timers, allocator, random.split(), shape.pace(), monitor.tap(Monitor.Side.NODE));
        PipeCarrier atClient =
                new PipeCarrier(timers, allocator, random.split(), shape.pace(), monitor.tap(Monitor.Side.CLIENT));
        PipeCarrier.join(atNode, atClient);
        node = new End(
                settings(shape, TunnelSettings.Role.ANSWERED, shape.nodeWindow(), 0),
                new MemoryBudget(shape.budget()),
                atNode);
        client = new End(
                settings(shape, TunnelSettings.Role.DIALLED, shape.clientWindow(), MANY_STREAMS),
                new MemoryBudget(shape.budget()),
                atClient);
    }

    static TunnelSettings settings(Shape shape, TunnelSettings.Role role, int window, int maxPeerStreams) {
        return new TunnelSettings(
                role,
                shape.initialWindow(),
                shape.initialWindow(),
                window,
                shape.frameSize(),
                maxPeerStreams,
                shape.pingInterval(),
                shape.deadAfter(),
                shape.deadAfter());
    }

    /** A request with an id of its own. */
    OpenRequest request() {
        Endpoint nobody = new Endpoint(new byte[4], 1);
        return new OpenRequest(new StreamId(1, ++opened), "echo", 1, nobody, nobody, opened);
    }

    /** A socket that follows {@code script}. */
    ScriptedFarSocket socket(ScriptedFarSocket.Script script) {
        return new ScriptedFarSocket(timers, allocator, random.split(), script);
    }

    /** Opens a stream at the node with that visitor. */
    Stream open(ScriptedFarSocket visitor) {
        OpenRequest request = request();
        Stream stream = node.tunnel.open(request);
        visitor.onConsumed(total -> monitor.consumed(Monitor.Side.NODE, request.id(), total, visitor::isOver));
        visitor.start(stream);
        stream.attach(visitor);
        node.tunnel.readComplete();
        return stream;
    }

    /** Accepts a stream at the client with that service. */
    void accept(Stream stream, ScriptedFarSocket service) {
        service.onConsumed(total -> monitor.consumed(Monitor.Side.CLIENT, stream.id(), total, service::isOver));
        service.start(stream);
        stream.accept(service);
    }

    /** Hands bytes to an end as if its peer had sent them. */
    void inject(End to, ByteBuf bytes) {
        to.tunnel.received(bytes);
        to.tunnel.readComplete();
    }

    /** Bytes of buffers that nobody released. */
    long unreleased() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    /** Ends both tunnels, and lets what is under way arrive. */
    void close() {
        node.carrier.abort();
        timers.runUntil(() -> node.isClosed() && client.isClosed(), SECOND);
        timers.runFor(SECOND);
    }
}
