package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads along on every tunnel of a {@link Simulation} and holds each frame against docs/protocol.md, with books of its
 * own: it trusts neither end.
 */
final class Referee {

    /** Which end wrote a frame. */
    enum Side {
        NODE,
        CLIENT;

        Side other() {
            return this == NODE ? CLIENT : NODE;
        }
    }

    /** One direction of one channel, by the side that sends in it. */
    private static final class Half {
        long sent;
        long allowed;
        boolean mayWrite;
        boolean fin;
        boolean over;
    }

    private static final class Line {
        final StreamId id;
        final int attach;
        final Map<Side, Half> halves = new EnumMap<>(Side.class);

        Line(StreamId id, int attach) {
            this.id = id;
            this.attach = attach;
            for (Side side : Side.values()) {
                halves.put(side, new Half());
            }
        }

        Half of(Side side) {
            return java.util.Objects.requireNonNull(halves.get(side));
        }
    }

    private final Simulation world;
    private final int initialWindow;
    /** By side and stream: the highest attach number that it has told in RESUME or RESUMED. */
    private final Map<Side, Map<StreamId, Integer>> attached = new EnumMap<>(Side.class);

    private final List<FrameDecoder> decoders = new ArrayList<>();
    private int tunnels;

    Referee(Simulation world, int initialWindow) {
        this.world = world;
        this.initialWindow = initialWindow;
        for (Side side : Side.values()) {
            attached.put(side, new HashMap<>());
        }
    }

    /** Lets go of what frames that were cut off have left. */
    void close() {
        decoders.forEach(FrameDecoder::close);
    }

    Tunnel tunnel() {
        return new Tunnel(++tunnels);
    }

    private int attached(Side side, StreamId id) {
        return java.util.Objects.requireNonNull(attached.get(side)).getOrDefault(id, 0);
    }

    private void attach(Side side, StreamId id, int number) {
        java.util.Objects.requireNonNull(attached.get(side)).merge(id, number, Math::max);
    }

    /** One tunnel. */
    final class Tunnel {
        private final int number;
        private final Map<Integer, Line> lines = new HashMap<>();
        private final Map<Side, Integer> last = new EnumMap<>(Map.of(Side.NODE, 0, Side.CLIENT, -1));

        private Tunnel(int number) {
            this.number = number;
        }

        @Override
        public String toString() {
            return "tunnel " + number;
        }

        PipeCarrier.Tap tap(Side side) {
            FrameDecoder atSender = decoder(frame -> written(side, frame));
            FrameDecoder atReceiver = decoder(frame -> arrived(side.other(), frame));
            return new PipeCarrier.Tap() {
                @Override
                public void written(ByteBuf bytes) {
                    atSender.feed(bytes.retainedDuplicate());
                }

                @Override
                public void delivered(ByteBuf bytes) {
                    atReceiver.feed(bytes.retainedDuplicate());
                }
            };
        }

        private FrameDecoder decoder(FrameSink sink) {
            FrameDecoder decoder = new FrameDecoder(sink);
            decoder.handshakeDone();
            decoders.add(decoder);
            return decoder;
        }

        private void violate(String what) {
            world.violate(this + ": " + what);
        }

        // ---- what a side writes -------------------------------------------------------------------------------------

        private void written(Side side, Frame frame) {
            world.trace(() -> this + " " + side + " writes " + text(frame));
            switch (frame.type()) {
                case OPEN -> open(side, (Frame.Open) frame);
                case RESUME -> ((Frame.Resume) frame).streams().forEach(entry -> resume(side, entry));
                case RESUMED -> ((Frame.Resumed) frame).streams().forEach(entry -> resumed(side, entry));
                case WINDOWS -> ((Frame.Windows) frame).windows().forEach(window -> onLine(side, window));
                default -> {
                    if (frame instanceof Frame.OnChannel on) {
                        onLine(side, on);
                    }
                }
            }
            release(frame);
        }

        private void begin(Side side, int channel, Line line) {
            int before = java.util.Objects.requireNonNull(last.get(side));
            if (channel <= before || (channel & 1) != (side == Side.CLIENT ? 1 : 0)) {
                violate(side + " takes channel " + channel + " after " + before);
            }
            last.put(side, channel);
            lines.put(channel, line);
        }

        private void open(Side side, Frame.Open open) {
            if (attached(side, open.stream()) > 0) {
                violate("OPEN of stream " + open.stream() + ", which has resumed already");
            }
            Line line = new Line(open.stream(), 0);
            line.of(Side.NODE).allowed = initialWindow;
            line.of(Side.NODE).mayWrite = true;
            line.of(Side.CLIENT).mayWrite = true;
            begin(side, open.channel(), line);
        }

        private void resume(Side side, ResumeEntry entry) {
            if (entry.attach() <= attached(side, entry.stream())) {
                violate("RESUME of stream " + entry.stream() + " with attach number " + entry.attach() + " again");
            }
            Line line = new Line(entry.stream(), entry.attach());
            line.of(side.other()).sent = entry.received();
            attach(side, entry.stream(), entry.attach());
            begin(side, entry.channel(), line);
        }

        private void resumed(Side side, ResumedEntry entry) {
            Line line = lines.get(entry.channel());
            if (line == null || !line.id.equals(entry.stream()) || line.attach != entry.attach()) {
                violate("RESUMED of stream " + entry.stream() + " that nobody asked for");
                return;
            }
            line.of(side.other()).sent = entry.received();
            line.of(side).mayWrite = entry.answer() == ResumeAnswer.OK;
            if (entry.answer() == ResumeAnswer.OK) {
                attach(side, entry.stream(), entry.attach());
            }
        }

        private void onLine(Side side, Frame.OnChannel frame) {
            Line line = lines.get(frame.channel());
            if (line == null) {
                violate(side + " sends " + frame.type() + " on channel " + frame.channel() + ", never opened");
                return;
            }
            Half half = line.of(side);
            if (half.over) {
                violate(side + " sends " + frame.type() + " on channel " + frame.channel() + " after its end");
            }
            if (frame instanceof Frame.Detached) {
                half.over = true;
                return;
            }
            if (frame instanceof Frame.Reset reset && reset.code() == ResetCode.CANCELLED) {
                // The answer to an OPEN that came too late: the stream had resumed and ended meanwhile.
                half.over = true;
                return;
            }
            if (!half.mayWrite || line.attach < attached(side, line.id)) {
                violate(side + " sends " + frame.type() + " of stream " + line.id + " on attach " + line.attach
                        + ", which is " + (half.mayWrite ? "not the latest" : "not confirmed"));
            }
            switch (frame.type()) {
                case DATA -> data(half, (Frame.Data) frame);
                case FIN -> fin(half, frame.channel());
                case RESET -> half.over = true;
                default -> {
                    // OPENED and WINDOW say how far the peer may go; that counts when it arrives.
                }
            }
        }

        private void data(Half half, Frame.Data data) {
            half.sent += data.payload().readableBytes();
            if (half.fin) {
                violate("DATA after FIN on channel " + data.channel());
            }
            if (half.sent > half.allowed) {
                violate("DATA up to " + half.sent + " on channel " + data.channel() + ", allowed " + half.allowed);
            }
        }

        private void fin(Half half, int channel) {
            if (half.fin) {
                violate("a second FIN on channel " + channel);
            }
            half.fin = true;
            half.sent++;
        }

        // ---- what has arrived at a side -----------------------------------------------------------------------------

        private void arrived(Side side, Frame frame) {
            switch (frame.type()) {
                case WINDOWS ->
                    ((Frame.Windows) frame)
                            .windows()
                            .forEach(window -> allow(side, window.channel(), window.allowed()));
                case WINDOW -> allow(side, ((Frame.Window) frame).channel(), ((Frame.Window) frame).allowed());
                case OPENED -> allow(side, ((Frame.Opened) frame).channel(), ((Frame.Opened) frame).allowed());
                case OPEN -> allow(side, ((Frame.Open) frame).channel(), ((Frame.Open) frame).allowed());
                case RESUME ->
                    ((Frame.Resume) frame).streams().forEach(entry -> allow(side, entry.channel(), entry.allowed()));
                case RESUMED -> ((Frame.Resumed) frame).streams().forEach(entry -> confirmed(side, entry));
                default -> {
                    // Nothing that lets its receiver write more.
                }
            }
            release(frame);
        }

        private void confirmed(Side side, ResumedEntry entry) {
            allow(side, entry.channel(), entry.allowed());
            Line line = lines.get(entry.channel());
            if (line != null && entry.answer() == ResumeAnswer.OK) {
                line.of(side).mayWrite = true;
            }
        }

        private void allow(Side side, int channel, long allowed) {
            @Nullable Line line = lines.get(channel);
            if (line != null) {
                line.of(side).allowed = Math.max(line.of(side).allowed, allowed);
            }
        }

        private void release(Frame frame) {
            if (frame instanceof Frame.Data data) {
                data.payload().release();
            }
        }

        private String text(Frame frame) {
            return frame instanceof Frame.Data data
                    ? "DATA of " + data.payload().readableBytes() + " on " + data.channel()
                    : frame.toString();
        }
    }
}
