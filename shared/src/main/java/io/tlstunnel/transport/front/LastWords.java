package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.tlstunnel.transport.AbruptClose;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose last answer was just written. Closing with input still unread would reset the connection and
 * may take the answer away from the peer: so input is read and dropped for a moment first.
 */
final class LastWords extends ChannelInboundHandlerAdapter {
    private static final long MOMENT_MILLIS = 1000;
    private static final int ENOUGH_BYTES = 1024 * 1024;

    private int dropped;

    private LastWords() {}

    /** Takes over {@code channel}: nothing behind {@code last} hears of it any more. */
    static void on(ChannelHandlerContext last) {
        Channel channel = last.channel();
        last.pipeline().addAfter(last.name(), null, new LastWords());
        Future<?> end =
                channel.eventLoop().schedule(() -> AbruptClose.now(channel), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> end.cancel(false));
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        dropped += message instanceof ByteBuf bytes ? bytes.readableBytes() : 1;
        ReferenceCountUtil.release(message);
        if (dropped > ENOUGH_BYTES) {
            AbruptClose.now(ctx.channel());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // Ends here, as all the rest.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        AbruptClose.now(ctx.channel());
    }
}
