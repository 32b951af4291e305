package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.EventLoopContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/** A channel that has left HTTP. */
final class NettyRawBytes extends OneByOne implements WebExchange.RawBytes {
    private final NettyBody input = new NettyBody(this::readOne);
    private @Nullable Output output;
    private @Nullable Runnable closed;
    private boolean gone;

    NettyRawBytes(EventLoopContext loop) {
        super(loop);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        output = new Output(added, loop());
    }

    @Override
    void take(Object message) {
        input.deliver((ByteBuf) message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (output != null) {
            loop().run(output::drained);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        gone = true;
        loop().run(this::tellClosed);
    }

    private void tellClosed() {
        input.end();
        if (closed != null) {
            closed.run();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        AbruptClose.now(from.channel());
    }

    @Override
    public ReadStream<Buffer> input() {
        return input;
    }

    @Override
    public WriteStream<Buffer> output() {
        if (output == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return output;
    }

    @Override
    public void onClosed(Runnable handler) {
        closed = handler;
        if (gone) {
            handler.run();
        }
    }

    @Override
    public void close() {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private static final class Output extends NettyOutput {
        private final ChannelHandlerContext ctx;

        Output(ChannelHandlerContext ctx, EventLoopContext loop) {
            super(ctx, loop);
            this.ctx = ctx;
        }

        @Override
        Object message(ByteBuf bytes) {
            return bytes;
        }

        @Override
        ChannelFuture finish() {
            return ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
