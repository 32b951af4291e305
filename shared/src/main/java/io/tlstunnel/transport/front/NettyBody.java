package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** Bytes that come in on a channel, as a Vert.x stream with demand. Paused at first. On the channel's loop. */
final class NettyBody implements ReadStream<Buffer> {
    private final Runnable readOn;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private long demand;
    private boolean ended;
    private boolean endTold;

    /** @param readOn asks the channel for one more piece */
    NettyBody(Runnable readOn) {
        this.readOn = readOn;
    }

    /** A piece arrived that was asked for. The caller keeps {@code bytes}. */
    void deliver(ByteBuf bytes) {
        if (demand != Long.MAX_VALUE && demand > 0) {
            demand--;
        }
        if (handler != null) {
            handler.handle(Buffer.buffer(ByteBufUtil.getBytes(bytes)));
        }
        readOnIfWanted();
    }

    /** Whether a piece would be taken now. */
    boolean wants() {
        return demand > 0;
    }

    /** Nothing more comes. */
    void end() {
        ended = true;
        tellEnd();
    }

    void fail(Throwable cause) {
        if (!ended && exceptionHandler != null) {
            ended = true;
            exceptionHandler.handle(cause);
        }
    }

    private void readOnIfWanted() {
        if (!ended && demand > 0) {
            readOn.run();
        }
    }

    private void tellEnd() {
        if (ended && !endTold && demand > 0 && endHandler != null) {
            endTold = true;
            endHandler.handle(null);
        }
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> next) {
        exceptionHandler = next;
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> next) {
        handler = next;
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> next) {
        endHandler = next;
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        demand = 0;
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        tellEnd();
        readOnIfWanted();
        return this;
    }
}
