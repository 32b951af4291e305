package io.tlstunnel.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.concurrent.Future;
import io.tlstunnel.mux.Carrier;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.mux.Masking;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.Unpromised;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The fast carrier: a Netty handler that speaks WebSocket to the channel and bytes to its listener. It is the last one
 * in the pipeline. All calls on the channel's loop.
 *
 * <p>No call of the listener's into the carrier makes the carrier call the listener back before it returns.
 */
final class WebSocketCarrier extends ChannelInboundHandlerAdapter implements Carrier, FrameEvents {
    /** How long a peer may take to answer a close frame, and what was written before it to leave. */
    static final long CLOSE_TIMEOUT_MILLIS = 2000;

    private enum State {
        OPEN,
        /** Our close frame is on its way, the peer's is awaited. */
        CLOSING,
        /** Nothing more is sent or heard; the channel is going. */
        ENDED
    }

    private final EventLoopContext loop;
    private final Role role;
    private final WebSocketFrameWriter writer;
    private final WebSocketFrameReader reader;
    private final Queue<ByteBuf> early = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable CarrierListener listener;
    private boolean flowing;
    private boolean gone;
    private State state = State.OPEN;
    private String reason = "";
    private @Nullable Future<?> deadline;
    private byte @Nullable [] owedPong;
    private boolean unflushed;
    private boolean flushing;

    WebSocketCarrier(EventLoopContext loop, Role role) {
        this.loop = loop;
        this.role = role;
        this.writer = new WebSocketFrameWriter(role);
        this.reader = new WebSocketFrameReader(role, WebSocketFrameReader.MAX_FRAME, this);
    }

    /** Begins to read, in a task of its own: what came with the upgrade must not reach the listener from in here. */
    void start(CarrierListener first) {
        if (listener != null) {
            throw new IllegalStateException("started before");
        }
        listener = first;
        loop.eventLoop().execute(() -> loop.run(this::flow));
    }

    void listener(CarrierListener next) {
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
            reader.read(bytes);
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

    // What the tunnel asks for.

    @Override
    public int headroom() {
        return writer.headroom();
    }

    @Override
    public ByteBuf allocate(int capacity) {
        return writer.allocate(context().alloc(), capacity);
    }

    @Override
    public int write(ByteBuf frames) {
        if (state != State.OPEN || !frames.isReadable()) {
            frames.release();
            return 0;
        }
        int key = writer.frame(Opcode.BINARY, frames, 0);
        send(frames);
        return key;
    }

    @Override
    public int write(ByteBuf head, ByteBuf payload) {
        if (state != State.OPEN || !payload.isReadable()) {
            payload.release();
            write(head);
            return 0;
        }
        int phase = head.readableBytes();
        int length = payload.readableBytes();
        int key = Masking.turn(writer.frame(Opcode.BINARY, head, length), phase);
        Masking.apply(payload, payload.readerIndex(), length, key);
        send(head);
        send(payload);
        return key;
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            flushing = true;
            context().flush();
            flushing = false;
        }
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            reason("closed by this side");
            startClosing(CloseCode.NORMAL, "");
        }
    }

    @Override
    public void abort() {
        reason("dropped by this side");
        drop();
    }

    // What the peer sends.

    @Override
    public void payload(ByteBuf bytes) {
        if (state == State.OPEN && listener != null) {
            listener.received(bytes);
        } else {
            bytes.release();
        }
    }

    @Override
    public void ping(byte[] data) {
        owedPong = data;
        payOwedPong();
    }

    @Override
    public void closeFrame(int code, String text) {
        reason("closed by the peer, " + CloseCode.describe(code, text));
        if (state == State.OPEN) {
            control(Opcode.CLOSE, ClosePayload.write(code, ""));
        }
        state = State.ENDED;
        if (role == Role.SERVER) {
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            flush();
        }
        armDeadline();
    }

    @Override
    public void violation(int code, String what) {
        reason("the peer broke the WebSocket protocol: " + what);
        startClosing(code, what);
    }

    /** From now on input is read and dropped: closing with unread input would reset what was just written. */
    private void startClosing(int code, String text) {
        if (state == State.OPEN) {
            state = State.CLOSING;
            control(Opcode.CLOSE, ClosePayload.write(code, text));
            flush();
            context().channel().config().setAutoRead(true);
        }
        armDeadline();
    }

    private void armDeadline() {
        if (deadline == null) {
            deadline = loop.eventLoop().schedule(this::drop, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void drop() {
        state = State.ENDED;
        reader.end();
        AbruptClose.now(context().channel());
    }

    /** A peer that pings and does not read gets the last answer only, as §5.5.3 allows. */
    private void payOwedPong() {
        if (owedPong != null && state == State.OPEN && isWritable()) {
            control(Opcode.PONG, owedPong);
            owedPong = null;
        }
    }

    private void control(int opcode, byte[] data) {
        ByteBuf frame = allocate(data.length).writeBytes(data);
        writer.frame(opcode, frame, 0);
        send(frame);
    }

    private void send(ByteBuf frame) {
        Unpromised.write(context(), frame);
        unflushed = true;
    }

    private void reason(String first) {
        if (reason.isEmpty()) {
            reason = first;
        }
    }

    // What the channel says.

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!flowing) {
            early.add(bytes);
            return;
        }
        Object previous = loop.enter();
        try {
            reader.read(bytes);
        } finally {
            loop.leave(previous);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
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
    public void channelWritabilityChanged(ChannelHandlerContext from) {
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
            payOwedPong();
            listener.writable();
            flush();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            reason("the peer ended TLS without a close frame");
            drop();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        failed(cause);
    }

    private void failed(Throwable cause) {
        reason(Failures.phrase(cause));
        drop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        gone = true;
        if (flowing) {
            loop.run(this::tellClosed);
        }
    }

    private void tellClosed() {
        state = State.ENDED;
        reader.end();
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (listener != null) {
            listener.closed(reason.isEmpty() ? "connection lost without a close frame" : reason);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        if (listener == null) {
            early.forEach(ByteBuf::release);
            early.clear();
        }
    }

    private ChannelHandlerContext context() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }
}
