package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection: holds the ClientHello until it is whole, keeps the server name in it, then
 * gives way to TLS. What is no TLS is told so, if it looks like HTTP, and closed.
 */
final class TlsPeek extends AbstractSniHandler<Boolean> {
    /** The server name that the client asked for; not set if it asked for none. */
    static final AttributeKey<String> SERVER_NAME = AttributeKey.valueOf("tls-tunnel.server-name");

    static final String TLS = "tls";

    private static final int MAX_CLIENT_HELLO = 16 * 1024;
    private static final int HANDSHAKE_RECORD = 0x16;
    private static final int NO_TIMEOUT = 0; // the front's own covers it

    private final FrontTls tls;
    private final NotTls notTls;
    private boolean looked;

    /** What to do with a connection that does not start with TLS. */
    @FunctionalInterface
    interface NotTls {
        /** The handler has removed itself; {@code first} is the first byte. */
        void handle(ChannelHandlerContext ctx, int first);
    }

    TlsPeek(FrontTls tls, NotTls notTls) {
        super(MAX_CLIENT_HELLO, NO_TIMEOUT);
        this.tls = tls;
        this.notTls = notTls;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (!looked) {
            looked = true;
            int first = in.getUnsignedByte(in.readerIndex());
            if (first != HANDSHAKE_RECORD) {
                in.skipBytes(in.readableBytes());
                notTls.handle(ctx, first);
                return;
            }
        }
        super.decode(ctx, in, out);
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable String serverName) {
        return ctx.executor().newSucceededFuture(true);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String serverName, Future<Boolean> any) {
        if (serverName != null) {
            ctx.channel().attr(SERVER_NAME).set(serverName);
        }
        SslHandler handler = tls.newHandler(ctx.alloc());
        handler.setHandshakeTimeoutMillis(NO_TIMEOUT);
        ctx.pipeline().replace(this, TLS, handler);
    }
}
