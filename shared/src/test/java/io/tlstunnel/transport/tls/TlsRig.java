package io.tlstunnel.transport.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.CharsetUtil;
import io.tlstunnel.security.Leaf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An echo server and its clients over TLS on loopback. */
final class TlsRig implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final Channel server;

    /** What a client saw. */
    record Seen(Leaf leaf, String protocol, String cipher, String alpn, String echo) {}

    TlsRig(Function<ByteBufAllocator, SslHandler> tls) {
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.apply(channel.alloc()), new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Connects to loopback and verifies {@code host}; fails with what the handshake failed with. */
    Seen connect(ClientTls tls, String host, String... protocols) throws Exception {
        SslHandler handler = tls.newHandler(ByteBufAllocator.DEFAULT, host, port());
        String answer = echo(handler, protocols);
        var session = handler.engine().getSession();
        return new Seen(
                tls.leaf(handler),
                session.getProtocol(),
                session.getCipherSuite(),
                String.valueOf(handler.applicationProtocol()),
                answer);
    }

    /** Says hello and returns the answer; fails with what either end's handshake failed with. */
    String echo(SslHandler handler, String... protocols) throws Exception {
        if (protocols.length > 0) {
            handler.engine().setEnabledProtocols(protocols);
        }
        CompletableFuture<String> echo = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        fresh.pipeline().addLast(handler, new Collect(echo));
                    }
                })
                .connect(server.localAddress())
                .syncUninterruptibly()
                .channel();
        try {
            handler.handshakeFuture().await(10, TimeUnit.SECONDS);
            if (!handler.handshakeFuture().isSuccess()) {
                throw new HandshakeFailed(handler.handshakeFuture().cause());
            }
            channel.writeAndFlush(Unpooled.copiedBuffer("hello", CharsetUtil.US_ASCII))
                    .syncUninterruptibly();
            return echo.get(10, TimeUnit.SECONDS);
        } finally {
            channel.close().syncUninterruptibly();
        }
    }

    /** The handshake's own failure is the cause. */
    static final class HandshakeFailed extends Exception {
        private static final long serialVersionUID = 1L;

        HandshakeFailed(Throwable cause) {
            super(cause);
        }
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The client's side tells what the test is about.
            context.channel().close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }

    private static final class Collect extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> result;
        private final StringBuilder text = new StringBuilder();

        Collect(CompletableFuture<String> result) {
            this.result = result;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            text.append(bytes.toString(CharsetUtil.US_ASCII));
            if (text.length() == 5) {
                result.complete(text.toString());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            result.completeExceptionally(cause);
            context.channel().close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }
}
