package io.tlstunnel.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.tlstunnel.mux.Masking;
import io.tlstunnel.transport.ChannelCarrier;
import io.tlstunnel.transport.EventLoopContext;
import org.jspecify.annotations.Nullable;

/** The fast carrier: speaks WebSocket to the channel and bytes to its listener. */
final class WebSocketCarrier extends ChannelCarrier implements FrameEvents {
    private final Role role;
    private final WebSocketFrameWriter writer;
    private final WebSocketFrameReader reader;
    private byte @Nullable [] owedPong;

    WebSocketCarrier(EventLoopContext loop, Role role) {
        super(loop);
        this.role = role;
        this.writer = new WebSocketFrameWriter(role);
        this.reader = new WebSocketFrameReader(role, WebSocketFrameReader.MAX_FRAME, this);
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
        if (state() != State.OPEN || !frames.isReadable()) {
            frames.release();
            return 0;
        }
        int key = writer.frame(Opcode.BINARY, frames, 0);
        send(frames);
        return key;
    }

    @Override
    public int write(ByteBuf head, ByteBuf payload) {
        if (state() != State.OPEN || !payload.isReadable()) {
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
    public void close() {
        if (state() == State.OPEN) {
            reason("closed by this side");
            startClosing(CloseCode.NORMAL, "");
        }
    }

    // What the peer sends.

    @Override
    protected void read(ByteBuf bytes) {
        reader.read(bytes);
    }

    @Override
    protected void ended() {
        reader.end();
    }

    @Override
    protected String leftUnsaid() {
        return "the peer ended TLS without a close frame";
    }

    @Override
    protected String lost() {
        return "connection lost without a close frame";
    }

    @Override
    public void payload(ByteBuf bytes) {
        deliver(bytes);
    }

    @Override
    public void ping(byte[] data) {
        owedPong = data;
        roomAgain();
    }

    @Override
    public void closeFrame(int code, String text) {
        reason("closed by the peer, " + CloseCode.describe(code, text));
        if (state() == State.OPEN) {
            control(Opcode.CLOSE, ClosePayload.write(code, ""));
        }
        end();
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

    private void startClosing(int code, String text) {
        if (state() == State.OPEN) {
            control(Opcode.CLOSE, ClosePayload.write(code, text));
            closing();
        }
        armDeadline();
    }

    /** A peer that pings and does not read gets the last answer only, as §5.5.3 allows. */
    @Override
    protected void roomAgain() {
        if (owedPong != null && state() == State.OPEN && isWritable()) {
            control(Opcode.PONG, owedPong);
            owedPong = null;
        }
    }

    private void control(int opcode, byte[] data) {
        ByteBuf frame = allocate(data.length).writeBytes(data);
        writer.frame(opcode, frame, 0);
        send(frame);
    }
}
