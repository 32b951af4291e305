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

    /** Which end wrote a frame: on a link, CLIENT is the node that dialled. */
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
        /** Which end of the stream speaks where NODE writes. */
        final Side voiceOfNode;
        /** Who relays it, and what that one has promised; null if both sides are ends of the stream. */
        final @Nullable Side relay;

        final RelayBook.@Nullable Pass pass;

        Line(StreamId id, int attach, Side voiceOfNode, @Nullable Side relay, RelayBook.@Nullable Pass pass) {
            this.id = id;
            this.attach = attach;
            this.voiceOfNode = voiceOfNode;
            this.relay = relay;
            this.pass = pass;
            for (Side side : Side.values()) {
                halves.put(side, new Half());
            }
        }

        Half of(Side side) {
            return java.util.Objects.requireNonNull(halves.get(side));
        }

        Side voice(Side side) {
            return side == Side.NODE ? voiceOfNode : voiceOfNode.other();
        }
    }

    private final Simulation world;
    private final SimShape shape;
    private final RelayBook relays = new RelayBook();
    /** By end and stream: the highest attach number that it has told in RESUME or RESUMED. */
    private final Map<Side, Map<StreamId, Integer>> attached = new EnumMap<>(Side.class);

    private final List<FrameDecoder> decoders = new ArrayList<>();
    private int tunnels;

    Referee(Simulation world, SimShape shape) {
        this.world = world;
        this.shape = shape;
        for (Side side : Side.values()) {
            attached.put(side, new HashMap<>());
        }
    }

    /** Lets go of what frames that were cut off have left. */
    void close() {
        decoders.forEach(FrameDecoder::close);
    }

    /** A tunnel of the client to that node. */
    Tunnel tunnel(long node) {
        return new Tunnel(++tunnels, Map.of(Side.NODE, node), shape.initialWindow());
    }

    /** A link between those nodes. */
    Tunnel link(long dialler, long other) {
        return new Tunnel(++tunnels, Map.of(Side.CLIENT, dialler, Side.NODE, other), shape.linkInitialWindow());
    }

    private int attached(Side side, StreamId id) {
        return java.util.Objects.requireNonNull(attached.get(side)).getOrDefault(id, 0);
    }

    private void attach(Side side, StreamId id, int number) {
        java.util.Objects.requireNonNull(attached.get(side)).merge(id, number, Math::max);
    }

    /** One tunnel or link. */
    final class Tunnel {
        private final int number;
        /** Which nodes are at its ends: a link's two, or a client's one. */
        private final Map<Side, Long> nodes;

        private final int initialWindow;
        private final Map<Integer, Line> lines = new HashMap<>();
        private final Map<Side, Integer> last = new EnumMap<>(Map.of(Side.NODE, 0, Side.CLIENT, -1));

        private Tunnel(int number, Map<Side, Long> nodes, int initialWindow) {
            this.number = number;
            this.nodes = nodes;
            this.initialWindow = initialWindow;
        }

        @Override
        public String toString() {
            return (isLink() ? "link " : "tunnel ") + number + nodes;
        }

        private boolean isLink() {
            return nodes.size() == 2;
        }

        /** A node has noticed that it is gone: it relays nothing here any more. */
        void lost(Side side) {
            for (Line line : lines.values()) {
                if (line.pass != null && line.relay == side) {
                    line.pass.over();
                }
            }
        }

        private boolean isIngress(Side side, StreamId id) {
            return java.util.Objects.equals(nodes.get(side), id.incarnation());
        }

        private Line line(StreamId id, int attach, int attempt) {
            if (!isLink()) {
                boolean relayed = !isIngress(Side.NODE, id);
                return line(id, attach, attempt, Side.NODE, relayed ? Side.NODE : null);
            }
            Side ingress = isIngress(Side.NODE, id) ? Side.NODE : Side.CLIENT;
            return line(id, attach, attempt, ingress, ingress.other());
        }

        private Line line(StreamId id, int attach, int attempt, Side voiceOfNode, @Nullable Side relay) {
            RelayBook.Pass pass = relay == null
                    ? null
                    : relays.pass(java.util.Objects.requireNonNull(nodes.get(relay)), id, attach, attempt);
            if (pass != null && !isLink()) {
                pass.on(this);
            }
            return new Line(id, attach, voiceOfNode, relay, pass);
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
            Line line = line(open.stream(), 0, open.attempt());
            if (line.voice(side) != Side.NODE) {
                violate(side + " opens stream " + open.stream() + ", which is not its own");
            }
            if (line.relay != side && attached(line.voice(side), open.stream()) > 0) {
                violate("OPEN of stream " + open.stream() + ", which has resumed already");
            }
            if (isLink() != (open.session() != null)) {
                violate("OPEN of stream " + open.stream() + " with session " + open.session());
            }
            line.of(side).allowed = initialWindow;
            line.of(side).mayWrite = true;
            line.of(side.other()).mayWrite = true;
            begin(side, open.channel(), line);
            if (line.pass != null && line.relay == side) {
                line.pass.told(Side.NODE, shape.linkInitialWindow());
                tells(line, side, open.allowed());
            }
        }

        private void resume(Side side, ResumeEntry entry) {
            Line line = line(entry.stream(), entry.attach(), 0);
            if (isLink() && !isIngress(side.other(), entry.stream())) {
                violate("RESUME of stream " + entry.stream() + " goes to another node than its own");
            }
            if (line.relay != side) {
                if (entry.attach() <= attached(line.voice(side), entry.stream())) {
                    violate("RESUME of stream " + entry.stream() + " with attach number " + entry.attach() + " again");
                }
                attach(line.voice(side), entry.stream(), entry.attach());
            }
            line.of(side.other()).sent = entry.received();
            begin(side, entry.channel(), line);
            if (line.pass != null && line.relay == side) {
                line.pass.begin(Side.NODE, entry.received());
                tells(line, side, entry.allowed());
            }
        }

        /** {@code side} lets the other one send. */
        private void tells(Line line, Side side, long allowed) {
            RelayBook.Pass pass = line.pass;
            if (pass == null || line.relay != side) {
                return;
            }
            pass.told(line.voice(side.other()), allowed);
            if (relays.promised(pass) > shape.relayBudget()) {
                violate("the relay lets " + relays.promised(pass) + " bytes come beyond 4 KiB a channel, its budget is "
                        + shape.relayBudget());
            }
        }

        private void resumed(Side side, ResumedEntry entry) {
            Line line = lines.get(entry.channel());
            if (line == null || !line.id.equals(entry.stream()) || line.attach != entry.attach()) {
                violate("RESUMED of stream " + entry.stream() + " that nobody asked for");
                return;
            }
            line.of(side.other()).sent = entry.received();
            line.of(side).mayWrite = entry.answer() == ResumeAnswer.OK;
            if (entry.answer() != ResumeAnswer.OK) {
                overAtRelay(line);
                return;
            }
            if (line.relay != side) {
                attach(line.voice(side), entry.stream(), entry.attach());
            } else if (line.pass != null) {
                line.pass.begin(Side.CLIENT, entry.received());
                tells(line, side, entry.allowed());
            }
        }

        private void overAtRelay(Line line) {
            if (line.pass != null) {
                line.pass.over();
            }
        }

        private void onLine(Side side, Frame.OnChannel frame) {
            Line line = lines.get(frame.channel());
            if (line == null) {
                violate(side + " sends " + frame.type() + " on channel " + frame.channel() + ", never opened");
                return;
            }
            Half half = line.of(side);
            if (half.over && !(isLink() && frame instanceof Frame.Detached)) {
                violate(side + " sends " + frame.type() + " on channel " + frame.channel() + " after its end");
            }
            if (frame instanceof Frame.Detached) {
                half.over = true;
                overAtRelay(line);
                return;
            }
            if (frame instanceof Frame.Reset reset && reset.code() == ResetCode.CANCELLED) {
                // The answer to an OPEN that came too late: the stream had resumed and ended meanwhile.
                half.over = true;
                overAtRelay(line);
                return;
            }
            if (!half.mayWrite || (line.relay != side && line.attach < attached(line.voice(side), line.id))) {
                violate(side + " sends " + frame.type() + " of stream " + line.id + " on attach " + line.attach
                        + ", which is " + (half.mayWrite ? "not the latest" : "not confirmed"));
            }
            switch (frame.type()) {
                case DATA -> {
                    data(half, (Frame.Data) frame);
                    leaves(line, side, ((Frame.Data) frame).payload().readableBytes());
                }
                case FIN -> {
                    fin(half, frame.channel());
                    leaves(line, side, 1);
                }
                case RESET -> {
                    half.over = true;
                    overAtRelay(line);
                }
                // They say how far the peer may go; for the peer that counts when it arrives.
                case OPENED -> tells(line, side, ((Frame.Opened) frame).allowed());
                case WINDOW -> tells(line, side, ((Frame.Window) frame).allowed());
                default -> violate(side + " sends " + frame.type());
            }
        }

        private void leaves(Line line, Side side, int bytes) {
            if (line.pass != null && line.relay == side) {
                line.pass.left(line.voice(side), bytes);
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
                case DATA, FIN, RESET, DETACHED -> atRelay(side, (Frame.OnChannel) frame);
                default -> {
                    // Nothing that lets its receiver write more.
                }
            }
            release(frame);
        }

        private void atRelay(Side side, Frame.OnChannel frame) {
            @Nullable Line line = lines.get(frame.channel());
            if (line == null || line.pass == null || line.relay != side) {
                return;
            }
            Side sender = line.voice(side.other());
            if (frame instanceof Frame.Data data) {
                line.pass.came(sender, data.payload().readableBytes());
            } else if (frame instanceof Frame.Fin) {
                line.pass.finCame(sender);
            } else {
                line.pass.over();
            }
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
