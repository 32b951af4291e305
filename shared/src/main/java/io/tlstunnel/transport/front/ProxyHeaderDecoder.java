package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.balancer.HeaderException;
import io.tlstunnel.transport.balancer.ProxyHeader;
import io.tlstunnel.transport.front.QuietLog.Kind;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the PROXY header off a connection of a balancer, tells by {@link Told} who came through it, and leaves. Time and
 * number of those that wait here are bounded with all that is no tunnel yet.
 */
final class ProxyHeaderDecoder extends ByteToMessageDecoder {
    /** Who came through the balancer; null if it came by itself. */
    record Told(@Nullable InetSocketAddress source) {}

    private final QuietLog log;
    private final ProxyHeader header = new ProxyHeader();

    ProxyHeaderDecoder(QuietLog log) {
        this.log = log;
    }

    /** The line about a connection that no balancer made. */
    static String stranger(Channel channel) {
        return "refused a connection from " + channel.remoteAddress()
                + ": it is none of trusted_proxies, and proxy_protocol is on";
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        try {
            header.take(in);
        } catch (HeaderException none) {
            in.skipBytes(in.readableBytes());
            log.warn(
                    Kind.PROXY_HEADER,
                    "refused a connection from the balancer " + ctx.channel().remoteAddress()
                            + ": it has no proper PROXY header, " + none.getMessage());
            AbruptClose.now(ctx.channel());
            return;
        }
        if (header.isWhole()) {
            ctx.fireUserEventTriggered(new Told(header.source()));
            ctx.pipeline().remove(this); // what came behind goes on
        }
    }
}
