package io.tlstunnel.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.concurrent.Future;
import io.tlstunnel.mux.Carrier;
import io.tlstunnel.mux.CarrierListener;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A carrier right on a Netty channel: the last handler in its pipeline. Subclasses say how bytes are put on the wire and
 * taken off it. All calls on the channel's loop.
 *
 * <p>No call of the listener's into the carrier makes the carrier call the listener back before it returns.
 */
public abstract class ChannelCarrier extends ChannelInboundHandlerAdapter implements Carrier {
    /** How long a peer may take to answer a farewell, and what was written before it to leave. */
    public static final long CLOSE_TIMEOUT_MILLIS = 2000;

    /** Where a carrier is on its way. */
    protected enum State {
        OPEN,
        /** Our farewell is on its way, the peer's is awaited. */
        CLOSING,
        /** Nothing more is sent or heard; the channel is going. */
        ENDED
    }

    private final EventLoopContext loop;
    private final Queue<ByteBuf> early = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable CarrierListener listener;
    private boolean flowing;
    private boolean gone;
    private State state = State.OPEN;
    private String reason = "";
    private @Nullable Future<?> deadline;
    private boolean unflushed;
    private boolean flushing;

    /** @param loop the channel's */
    protected ChannelCarrier(EventLoopContext loop) {
        this.loop = loop;
    }

    /** Begins to read, in a task of its own: what came with the handshake must not reach the listener from in here. */
    final void start(CarrierListener first) {
        if (listener != null) {
            throw new IllegalStateException("started before");
        }
        listener = first;
        loop.eventLoop().execute(() -> loop.run(this::flow));
    }

    final void listener(CarrierListener next) {
        if (listener == null) {
            throw new IllegalStateException("not started");
        }
        listener = next;
    }

    private void flow() {
        try {
            letFlow();
        } catch (RuntimeException bug) {
            failed(bug);
        }
    }

    private void letFlow() {
        flowing = true;
        boolean some = !early.isEmpty();
        for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
            read(bytes);
        }
        if (gone) {
            tellClosed();
            return;
        }
        if (some) {
            endOfTurn();
        }
        context().channel().config().setAutoRead(true);
    }

    // ---- what subclasses say ----------------------------------------------------------------------------------------

    /** Bytes came off the wire. Takes them over. */
    protected abstract void read(ByteBuf bytes);

    /** There is room again for what waits to be written. */
    protected void roomAgain() {}

    /** Nothing is heard any more. May be called more than once. */
    protected void ended() {}

    /** Why it closed, if the peer ended TLS and had said nothing before. */
    protected abstract String leftUnsaid();

    /** Why it closed, if the connection went without a word. */
    protected abstract String lost();

    // ---- what subclasses use ----------------------------------------------------------------------------------------

    protected final State state() {
        return state;
    }

    /** The peer's payload, for the listener. Takes it over. */
    protected final void deliver(ByteBuf bytes) {
        if (state == State.OPEN && listener != null) {
            listener.received(bytes);
        } else {
            bytes.release();
        }
    }

    /** Puts bytes on the wire as they are. Takes them over. */
    protected final void send(ByteBuf bytes) {
        Unpromised.write(context(), bytes);
        unflushed = true;
    }

    /** From now on input is read and dropped: closing with unread input would reset what was just written. */
    protected final void closing() {
        state = State.CLOSING;
        flush();
        context().channel().config().setAutoRead(true);
    }

    /** Nothing more is sent. */
    protected final void end() {
        state = State.ENDED;
    }

    /** The peer has {@value #CLOSE_TIMEOUT_MILLIS} ms to be gone. Idempotent. */
    protected final void armDeadline() {
        if (deadline == null) {
            deadline = loop.eventLoop().schedule(this::drop, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Why it closes; the first reason counts. */
    protected final void reason(String first) {
        if (reason.isEmpty()) {
            reason = first;
        }
    }

    protected final ChannelHandlerContext context() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    // ---- what the tunnel asks for -----------------------------------------------------------------------------------

    @Override
    public final void flush() {
        if (unflushed) {
            unflushed = false;
            flushing = true;
            context().flush();
            flushing = false;
        }
    }

    @Override
    public final boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public final void abort() {
        reason("dropped by this side");
        drop();
    }

    private void drop() {
        state = State.ENDED;
        ended();
        AbruptClose.now(context().channel());
    }

    // ---- what the channel says --------------------------------------------------------------------------------------

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    @Override
    public final void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!flowing) {
            early.add(bytes);
            return;
        }
        Object previous = loop.enter();
        try {
            read(bytes);
        } finally {
            loop.leave(previous);
        }
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext from) {
        if (flowing) {
            loop.run(this::endOfTurn);
        }
    }

    private void endOfTurn() {
        if (state == State.OPEN && listener != null) {
            listener.readComplete();
        }
        flush();
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext from) {
        if (!flowing || !isWritable()) {
            return;
        }
        if (flushing) {
            loop.eventLoop().execute(() -> loop.run(this::becameWritable));
        } else {
            loop.run(this::becameWritable);
        }
    }

    private void becameWritable() {
        if (state == State.OPEN && isWritable() && listener != null) {
            roomAgain();
            listener.writable();
            flush();
        }
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            reason(leftUnsaid());
            drop();
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        failed(cause);
    }

    private void failed(Throwable cause) {
        reason(Failures.phrase(cause));
        drop();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext from) {
        gone = true;
        if (flowing) {
            loop.run(this::tellClosed);
        }
    }

    private void tellClosed() {
        state = State.ENDED;
        ended();
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (listener != null) {
            listener.closed(reason.isEmpty() ? lost() : reason);
        }
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext from) {
        if (listener == null) {
            early.forEach(ByteBuf::release);
            early.clear();
        }
    }
}
