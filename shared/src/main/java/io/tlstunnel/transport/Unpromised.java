package io.tlstunnel.transport;

import io.netty.channel.ChannelHandlerContext;

/** Writes for which no promise is made: a failure comes as {@code exceptionCaught} to every handler. */
@SuppressWarnings("FutureReturnValueIgnored")
public final class Unpromised {
    private Unpromised() {}

    /** Takes over {@code message}. */
    public static void write(ChannelHandlerContext ctx, Object message) {
        ctx.write(message, ctx.voidPromise());
    }

    /** Takes over {@code message}. */
    public static void writeAndFlush(ChannelHandlerContext ctx, Object message) {
        ctx.writeAndFlush(message, ctx.voidPromise());
    }
}
