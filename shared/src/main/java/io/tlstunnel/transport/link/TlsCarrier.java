package io.tlstunnel.transport.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.ssl.SslHandler;
import io.tlstunnel.transport.ChannelCarrier;
import io.tlstunnel.transport.EventLoopContext;

/** Bytes right on TLS; its end is TLS's own, close_notify. */
final class TlsCarrier extends ChannelCarrier {
    private final SslHandler tls;

    TlsCarrier(EventLoopContext loop, SslHandler tls) {
        super(loop);
        this.tls = tls;
    }

    @Override
    public int headroom() {
        return 0;
    }

    @Override
    public ByteBuf allocate(int capacity) {
        return context().alloc().directBuffer(capacity);
    }

    @Override
    public int write(ByteBuf frames) {
        if (state() != State.OPEN || !frames.isReadable()) {
            frames.release();
        } else {
            send(frames);
        }
        return 0;
    }

    @Override
    public int write(ByteBuf head, ByteBuf payload) {
        write(head);
        write(payload);
        return 0;
    }

    @Override
    public void close() {
        if (state() == State.OPEN) {
            reason("closed by this side");
            closing();
            tls.closeOutbound().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
            armDeadline();
        }
    }

    @Override
    protected void read(ByteBuf bytes) {
        deliver(bytes);
    }

    @Override
    protected String leftUnsaid() {
        return "closed by the peer";
    }

    @Override
    protected String lost() {
        return "connection lost";
    }
}
