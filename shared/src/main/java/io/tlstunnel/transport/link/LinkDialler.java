package io.tlstunnel.transport.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.tls.LinkTls;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Dials other nodes. Any thread. */
public final class LinkDialler {
    private final VertxRuntime runtime;
    private final LinkTls tls;
    private final Duration connectTimeout;
    private final Duration handshakeTimeout;

    public LinkDialler(VertxRuntime runtime, LinkTls tls, Duration connectTimeout, Duration handshakeTimeout) {
        this.runtime = runtime;
        this.tls = tls;
        this.connectTimeout = connectTimeout;
        this.handshakeTimeout = handshakeTimeout;
    }

    /** A connection on {@code loop} to a node that has shown a certificate of the cluster; calls back on that loop. */
    public Future<CarrierConnection> dial(EventLoopContext loop, InetSocketAddress node) {
        Promise<CarrierConnection> result = loop.promise();
        ChannelFuture connecting = runtime.bootstrap(loop.eventLoop())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                .handler(new Nothing())
                .connect(node);
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                loop.run(() -> secure(connecting.channel(), loop, node).onComplete(result));
            } else {
                result.fail(connected.cause());
            }
        });
        return result.future();
    }

    private Future<CarrierConnection> secure(Channel channel, EventLoopContext loop, InetSocketAddress node) {
        SslHandler handler = tls.dialling(channel.alloc(), node.getPort());
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        channel.pipeline().addLast(handler);
        return LinkChannel.shaken(channel, handler, loop)
                .map(done -> LinkChannel.connection(channel, handler, runtime, loop, LinkTls.shown(handler)))
                .onFailure(failure -> AbruptClose.now(channel));
    }

    /** Netty wants a handler. */
    private static final class Nothing extends ChannelHandlerAdapter {}
}
