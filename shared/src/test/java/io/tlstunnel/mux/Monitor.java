package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.StreamId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads along on the wire and holds every frame against the rules of the protocol, with books of its own: it trusts
 * neither end. Violations are collected, so that a run ends with all of them.
 */
final class Monitor {
    private static final long ACKNOWLEDGE_WITHIN_NANOS = 20_000_000;

    /** Which end wrote a frame. */
    enum Side {
        NODE,
        CLIENT;

        Side other() {
            return this == NODE ? CLIENT : NODE;
        }
    }

    /** What one side has done with one channel. */
    private static final class Half {
        long sent;
        long allowed;
        long toldConsumed;
        long consumed;
        boolean fin;
        boolean reset;
    }

    private final class Channel {
        final Map<Side, Half> halves = new EnumMap<>(Side.class);

        Channel() {
            for (Side side : Side.values()) {
                Half half = new Half();
                half.allowed = initialWindow;
                halves.put(side, half);
            }
        }

        Half of(Side side) {
            return Objects.requireNonNull(halves.get(side));
        }
    }

    private final ManualTimers timers;
    private final int initialWindow;
    private final Map<Integer, Channel> channels = new HashMap<>();
    private final Map<StreamId, Integer> numbers = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private int lastOpened;

    Monitor(ManualTimers timers, int initialWindow) {
        this.timers = timers;
        this.initialWindow = initialWindow;
    }

    List<String> violations() {
        return violations;
    }

    /** Every frame written so far, by either side; payloads are released. */
    List<Frame> frames() {
        return frames;
    }

    <F extends Frame> List<F> frames(Class<F> type) {
        return frames.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** What reads along on the bytes that {@code side} writes. */
    PipeCarrier.Tap tap(Side side) {
        FrameDecoder atSender = decoder(frame -> sent(side, frame));
        FrameDecoder atReceiver = decoder(frame -> arrived(side.other(), frame));
        return new PipeCarrier.Tap() {
            @Override
            public void written(ByteBuf bytes) {
                atSender.feed(Unpooled.copiedBuffer(bytes));
            }

            @Override
            public void delivered(ByteBuf bytes) {
                atReceiver.feed(Unpooled.copiedBuffer(bytes));
            }
        };
    }

    private static FrameDecoder decoder(io.tlstunnel.wire.FrameSink sink) {
        FrameDecoder decoder = new FrameDecoder(sink);
        decoder.handshakeDone();
        return decoder;
    }

    /**
     * The far socket at that end has taken {@code total} offsets. Told before its stream is.
     *
     * @param gone whether the socket is gone, so that nobody has to hear of it any more
     */
    void consumed(Side side, StreamId id, long total, BooleanSupplier gone) {
        Integer number = numbers.get(id);
        if (number == null) {
            return;
        }
        Half half = channel(number).of(side);
        half.consumed = total;
        timers.schedule(ACKNOWLEDGE_WITHIN_NANOS + 1, () -> {
            if (half.toldConsumed < total && !gone.getAsBoolean()) {
                violate("channel " + number + ": " + side + " took offset " + total + " and did not say so in 20 ms");
            }
        });
    }

    // ---- what a side writes -----------------------------------------------------------------------------------------

    private void sent(Side side, Frame frame) {
        frames.add(frame);
        if (frame instanceof Frame.Windows windows) {
            windows.windows().forEach(window -> sentOnChannel(side, window));
        } else if (frame instanceof Frame.OnChannel onChannel) {
            sentOnChannel(side, onChannel);
        }
        if (frame instanceof Frame.Data data) {
            data.payload().release();
        }
    }

    private void sentOnChannel(Side side, Frame.OnChannel frame) {
        int number = frame.channel();
        if (frame instanceof Frame.Open open) {
            open(side, open);
            return;
        }
        Channel channel = channels.get(number);
        if (channel == null) {
            violate(frame.type() + " on channel " + number + ", which was never opened");
            return;
        }
        Half half = channel.of(side);
        if (half.reset) {
            violate("channel " + number + ": " + side + " sent " + frame.type() + " after RESET");
        }
        switch (frame.type()) {
            case DATA -> data(number, half, ((Frame.Data) frame).payload().readableBytes());
            case FIN -> fin(number, half);
            case RESET -> reset(number, half, (Frame.Reset) frame);
            case OPENED -> {
                // Only says how far the peer may go, and a WINDOW may have overtaken it.
            }
            case WINDOW -> told(number, half, ((Frame.Window) frame).consumed(), ((Frame.Window) frame).allowed());
            default -> violate(frame.type() + " on channel " + number);
        }
    }

    private void open(Side side, Frame.Open open) {
        if (open.channel() <= lastOpened || (open.channel() & 1) != (side == Side.CLIENT ? 1 : 0)) {
            violate("OPEN on channel " + open.channel() + " after " + lastOpened);
        }
        lastOpened = open.channel();
        channels.put(open.channel(), new Channel());
        numbers.put(open.stream(), open.channel());
    }

    private void data(int number, Half half, int length) {
        half.sent += length;
        if (half.fin) {
            violate("channel " + number + ": DATA after FIN");
        }
        if (length == 0 || length > 64 * 1024) {
            violate("channel " + number + ": DATA of " + length + " bytes");
        }
        if (half.sent > half.allowed) {
            violate("channel " + number + ": DATA up to " + half.sent + ", allowed " + half.allowed);
        }
    }

    private void fin(int number, Half half) {
        if (half.fin) {
            violate("channel " + number + ": a second FIN");
        }
        half.fin = true;
        half.sent++;
    }

    private void reset(int number, Half half, Frame.Reset reset) {
        half.reset = true;
        long sent = half.fin ? half.sent - 1 : half.sent;
        if (reset.finalOffset() != sent) {
            violate("channel " + number + ": RESET says " + reset.finalOffset() + ", sent were " + sent);
        }
    }

    private void told(int number, Half half, long consumed, long allowed) {
        if (consumed < half.toldConsumed || consumed > half.consumed) {
            violate("channel " + number + ": WINDOW says " + consumed + " consumed, it was " + half.consumed
                    + " and had said " + half.toldConsumed);
        }
        if (consumed > allowed + 1) {
            violate("channel " + number + ": WINDOW consumed " + consumed + " beyond allowed " + allowed);
        }
        half.toldConsumed = Math.max(half.toldConsumed, consumed);
    }

    // ---- what has arrived at a side ---------------------------------------------------------------------------------

    private void arrived(Side side, Frame frame) {
        if (frame instanceof Frame.Windows windows) {
            windows.windows().forEach(window -> arrivedWindow(side, window.channel(), window.allowed()));
        } else if (frame instanceof Frame.Window window) {
            arrivedWindow(side, window.channel(), window.allowed());
        } else if (frame instanceof Frame.Opened opened) {
            arrivedWindow(side, opened.channel(), opened.allowed());
        } else if (frame instanceof Frame.Open open) {
            arrivedWindow(side, open.channel(), open.allowed());
        } else if (frame instanceof Frame.Data data) {
            data.payload().release();
        }
    }

    private void arrivedWindow(Side side, int number, long allowed) {
        Half half = channel(number).of(side);
        half.allowed = Math.max(half.allowed, allowed);
    }

    private Channel channel(int number) {
        @Nullable Channel channel = channels.get(number);
        if (channel == null) {
            throw new AssertionError("channel " + number + " was never opened");
        }
        return channel;
    }

    private void violate(String what) {
        violations.add(timers.nanoTime() / 1_000 + " us: " + what);
    }
}
