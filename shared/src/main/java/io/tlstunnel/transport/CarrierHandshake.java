package io.tlstunnel.transport;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.MalformedFrameException;
import java.time.Duration;

/** What both sides of a handshake do with their connection: it ends once, in time. On the connection's context. */
abstract sealed class CarrierHandshake implements CarrierListener, FrameSink
        permits AnsweredHandshake, DialledHandshake {
    private final CarrierConnection connection;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private final Timers.Timer deadline;
    private boolean over;

    CarrierHandshake(CarrierConnection connection, Timers timers, Duration timeout) {
        this.connection = connection;
        this.deadline = timers.schedule(timeout.toNanos(), () -> timeout(timeout));
    }

    /** The other side broke the protocol. It ends with that. */
    abstract void malformed(String reason);

    /** The connection is gone, and the handshake is over. */
    abstract void lost(String reason);

    /** It took too long, and is over; the connection is cut off. */
    abstract void timedOut(Duration timeout);

    /** Listens. */
    final void listen() {
        connection.start(this);
    }

    /** Whether it has ended, one way or the other. */
    public final boolean isOver() {
        return over;
    }

    /** It has ended: nothing that comes counts any more. */
    final void over() {
        over = true;
        deadline.cancel();
    }

    /** It has ended well. Returns the decoder, which has frames of a tunnel from now on. */
    final FrameDecoder done() {
        over();
        decoder.handshakeDone();
        return decoder;
    }

    final void write(byte[] frame) {
        ByteBuf out = connection.carrier().allocate(frame.length);
        out.writeBytes(frame);
        connection.carrier().write(out);
    }

    final void flush() {
        connection.carrier().flush();
    }

    final void closeConnection() {
        connection.carrier().close();
    }

    private void timeout(Duration timeout) {
        if (!over) {
            over();
            timedOut(timeout);
            connection.carrier().abort();
        }
    }

    @Override
    public final void received(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        try {
            decoder.feed(bytes);
        } catch (MalformedFrameException e) {
            if (!over) {
                malformed(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public final void readComplete() {
        flush();
    }

    @Override
    public final void writable() {
        // A handshake is smaller than any buffer: nothing waits for this.
    }

    @Override
    public final void closed(String reason) {
        decoder.close();
        if (!over) {
            over();
            lost(reason);
        }
    }
}
