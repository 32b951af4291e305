package io.tlstunnel.mux.handshake;

import io.netty.buffer.Unpooled;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameSink;
import java.util.ArrayList;
import java.util.List;

/** One side of a handshake behind a real decoder: bytes in, steps out. */
final class Party<S> implements FrameSink, AutoCloseable {
    private final Half<S> half;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private final List<S> steps = new ArrayList<>();

    /** What both state machines have in common. */
    interface Half<S> {
        void handshakeBytes(byte[] bytes);

        S frame(Frame frame);
    }

    Party(Half<S> half) {
        this.half = half;
    }

    static Party<DiallerStep> of(DiallerHandshake dialler) {
        return new Party<>(new Half<>() {
            @Override
            public void handshakeBytes(byte[] bytes) {
                dialler.handshakeBytes(bytes);
            }

            @Override
            public DiallerStep frame(Frame frame) {
                return dialler.frame(frame);
            }
        });
    }

    static <E> Party<AnswererStep<E>> of(AnswererHandshake<E> answerer) {
        return new Party<>(new Half<>() {
            @Override
            public void handshakeBytes(byte[] bytes) {
                answerer.handshakeBytes(bytes);
            }

            @Override
            public AnswererStep<E> frame(Frame frame) {
                return answerer.frame(frame);
            }
        });
    }

    /** The steps that these bytes led to. */
    List<S> feed(byte[] bytes) {
        steps.clear();
        decoder.feed(Unpooled.copiedBuffer(bytes));
        return List.copyOf(steps);
    }

    /** The one step that these bytes led to. */
    S feedOne(byte[] bytes) {
        List<S> led = feed(bytes);
        if (led.size() != 1) {
            throw new AssertionError("expected one step, not " + led);
        }
        return led.get(0);
    }

    @Override
    public void close() {
        decoder.close();
    }

    @Override
    public void handshakeBytes(byte[] frameWithHeader) {
        half.handshakeBytes(frameWithHeader);
    }

    @Override
    public void frame(Frame frame) {
        steps.add(half.frame(frame));
    }
}
