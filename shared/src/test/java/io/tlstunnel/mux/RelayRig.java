package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tlstunnel.mux.ScriptedFarSocket.Ending;
import io.tlstunnel.mux.ScriptedFarSocket.Script;
import io.tlstunnel.mux.relay.Links;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.mux.relay.RelayBudget;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An ingress, a relay and a client, joined by a link and a tunnel in memory and in virtual time. */
final class RelayRig {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    static final SessionRef SESSION = new SessionRef(1, 2, 3);
    static final int WINDOW = 256 * 1024;
    static final long INGRESS = 7;
    static final int MOST_CHANNELS = 8;
    private static final Endpoint NOBODY = new Endpoint(new byte[4], 1);

    /** One end of the link or of the tunnel. */
    class End implements TunnelListener {
        final PipeCarrier carrier;
        final Tunnel tunnel;
        final MemoryBudget budget = new MemoryBudget(256L << 20);
        final List<Stream> detached = new ArrayList<>();
        final List<Stream> unreachable = new ArrayList<>();
        final List<Stream> suspended = new ArrayList<>();
        boolean closed;
        Consumer<Stream> onOpen = stream -> {
            throw new AssertionError("an OPEN that the test did not expect");
        };
        Consumer<ResumeEntry> onResume = entry -> {
            throw new AssertionError("a RESUME that the test did not expect");
        };

        End(PipeCarrier carrier, TunnelSettings settings) {
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
            onOpen.accept(stream);
        }

        @Override
        public void resume(ResumeEntry entry) {
            onResume.accept(entry);
        }

        @Override
        public void detached(Stream stream) {
            detached.add(stream);
        }

        @Override
        public void unreachable(Stream stream) {
            unreachable.add(stream);
        }

        @Override
        public void control(Frame frame) {
            throw new AssertionError("nobody registers here");
        }

        @Override
        public void goAway(Frame.GoAway goAway) {
            throw new AssertionError(goAway);
        }

        @Override
        public void roundTrip(long nanos) {
            // Measured for the metrics only.
        }

        @Override
        public void closed(String reason, List<Stream> streams) {
            closed = true;
            suspended.addAll(streams);
        }
    }

    /** One end of the link. */
    final class LinkEnd extends End implements LinkListener {
        final List<ResetCode> refusals = new ArrayList<>();

        LinkEnd(PipeCarrier carrier, TunnelSettings settings) {
            super(carrier, settings);
        }

        @Override
        public void relay(Frame.Open open) {
            if (hasSession) {
                relay.open(tunnel, open);
            } else {
                Relay.refuse(tunnel, open);
            }
        }

        @Override
        public void refused(Stream stream, ResetCode code) {
            refusals.add(code);
        }
    }

    final ManualTimers timers = new ManualTimers();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    final SplittableRandom random = new SplittableRandom(1);
    /** What was written on the link and on the tunnel, without payloads. */
    final List<Frame> onLink = new ArrayList<>();

    final List<Frame> onTunnel = new ArrayList<>();
    final LinkEnd ingress;
    final LinkEnd relaysLink;
    final End relaysTunnel;
    final End client;
    final RelayBudget budget;
    final Relay relay;
    boolean hasSession = true;
    /** What the relay is told about incarnations that it has no link to. */
    boolean gone;

    private final List<FrameDecoder> taps = new ArrayList<>();
    private long opened;

    /** @param atOnce bytes that may come by the link behind an OPEN */
    RelayRig(long relayBudget, int atOnce) {
        PipeCarrier.Pace link = new PipeCarrier.Pace(MILLI, MILLI / 100, 64 * 1024);
        PipeCarrier.Pace tunnel = new PipeCarrier.Pace(20 * MILLI, MILLI / 100, 64 * 1024);
        PipeCarrier[] links = pipe(link, onLink);
        PipeCarrier[] tunnels = pipe(tunnel, onTunnel);
        ingress = new LinkEnd(links[0], settings(TunnelSettings.Role.DIALLED, atOnce));
        relaysLink = new LinkEnd(links[1], settings(TunnelSettings.Role.ANSWERED, atOnce));
        relaysTunnel = new End(tunnels[0], settings(TunnelSettings.Role.ANSWERED, 32 * 1024));
        client = new End(tunnels[1], settings(TunnelSettings.Role.DIALLED, 32 * 1024));
        budget = new RelayBudget(relayBudget);
        relay = new Relay(
                relaysTunnel.tunnel,
                SESSION,
                budget,
                new Links() {
                    @Override
                    public @Nullable Tunnel find(long incarnation) {
                        return incarnation == INGRESS && !relaysLink.closed ? relaysLink.tunnel : null;
                    }

                    @Override
                    public boolean isGone(long incarnation) {
                        return gone;
                    }
                },
                MOST_CHANNELS);
        relaysTunnel.onResume = relay::resume;
    }

    private static TunnelSettings settings(TunnelSettings.Role role, int atOnce) {
        return new TunnelSettings(
                role,
                atOnce,
                atOnce,
                WINDOW,
                64 * 1024,
                1_000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }

    private PipeCarrier[] pipe(PipeCarrier.Pace pace, List<Frame> frames) {
        PipeCarrier one = new PipeCarrier(timers, allocator, random.split(), pace, tap(frames));
        PipeCarrier other = new PipeCarrier(timers, allocator, random.split(), pace, tap(frames));
        PipeCarrier.join(one, other);
        return new PipeCarrier[] {one, other};
    }

    private PipeCarrier.Tap tap(List<Frame> frames) {
        FrameDecoder decoder = new FrameDecoder(frame -> {
            if (frame instanceof Frame.Data data) {
                data.payload().release();
            } else {
                frames.add(frame);
            }
        });
        decoder.handshakeDone();
        taps.add(decoder);
        return new PipeCarrier.Tap() {
            @Override
            public void written(ByteBuf bytes) {
                decoder.feed(bytes.retainedDuplicate());
            }

            @Override
            public void delivered(ByteBuf bytes) {
                // Read where it was written.
            }
        };
    }

    /** A socket that says {@code length} bytes, then FIN. */
    ScriptedFarSocket socket(long seed, long length) {
        return new ScriptedFarSocket(
                timers, allocator, random.split(), new Script(seed, length, Ending.FIN, -seed, 0, 64 * 1024));
    }

    /** A socket that says nothing at all. */
    ScriptedFarSocket silent(long seed) {
        return new ScriptedFarSocket(
                timers, allocator, random.split(), new Script(seed, 0, Ending.NONE, -seed, 0, 64 * 1024));
    }

    /** A visitor comes in at the ingress. */
    Stream open(ScriptedFarSocket visitor) {
        StreamId id = new StreamId(INGRESS, ++opened);
        Stream stream = ingress.tunnel.open(new OpenRequest(id, "p", 1, NOBODY, NOBODY, opened, SESSION));
        visitor.start(stream);
        stream.attach(visitor);
        ingress.tunnel.readComplete();
        return stream;
    }

    /** The client dials nothing but {@code service}. */
    void serve(ScriptedFarSocket service) {
        client.onOpen = stream -> {
            service.start(stream);
            stream.accept(service);
        };
    }

    /** The first frame of that kind. */
    static <F extends Frame> F first(List<Frame> frames, Class<F> kind) {
        return frames.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Ends everything, and says what buffers nobody released. */
    long close() {
        ingress.carrier.abort();
        client.carrier.abort();
        timers.runFor(SECOND);
        taps.forEach(FrameDecoder::close);
        for (End end : List.of(ingress, client)) {
            end.suspended.forEach(stream -> stream.abandon(ResetCode.SESSION_ENDED, "the test is over"));
            end.detached.forEach(stream -> stream.abandon(ResetCode.SESSION_ENDED, "the test is over"));
        }
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }
}
