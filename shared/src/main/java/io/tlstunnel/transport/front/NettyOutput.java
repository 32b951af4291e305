package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.tlstunnel.transport.EventLoopContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/** A channel's output as a Vert.x stream. On the channel's loop. */
abstract class NettyOutput implements WriteStream<Buffer> {
    private final ChannelHandlerContext ctx;
    private final EventLoopContext loop;
    private @Nullable Handler<Void> drainHandler;

    NettyOutput(ChannelHandlerContext ctx, EventLoopContext loop) {
        this.ctx = ctx;
        this.loop = loop;
    }

    /** What goes to the channel for these bytes; takes them over. */
    abstract Object message(ByteBuf bytes);

    /** Writes the end. */
    abstract ChannelFuture finish();

    /** The channel became writable. */
    final void drained() {
        Handler<Void> waiting = drainHandler;
        if (waiting != null && !writeQueueFull()) {
            drainHandler = null;
            waiting.handle(null);
        }
    }

    @Override
    public Future<Void> write(Buffer data) {
        return future(ctx.writeAndFlush(message(Unpooled.wrappedBuffer(data.getBytes()))));
    }

    @Override
    public Future<Void> end() {
        return future(finish());
    }

    @Override
    public boolean writeQueueFull() {
        return !ctx.channel().isWritable();
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
        drainHandler = handler;
        return this;
    }

    /** Water marks are the channel's. */
    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
        return this;
    }

    /** Failures are told by the futures. */
    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    private Future<Void> future(ChannelFuture written) {
        Promise<Void> promise = loop.promise();
        written.addListener(done -> {
            if (done.isSuccess()) {
                promise.complete();
            } else {
                promise.fail(done.cause());
            }
        });
        return promise.future();
    }
}
