package io.tlstunnel.transport.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.NodeTrust;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.ChannelConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.Peers;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;

/** From a channel with TLS at its end to a connection. */
final class LinkChannel {
    private LinkChannel() {}

    /**
     * Waits for the TLS handshake.
     *
     * @param leaf what the dialling side is shown; known at once on the answering side
     */
    static Future<CarrierConnection> onceSecure(
            Channel channel, SslHandler tls, VertxRuntime runtime, EventLoopContext loop, Fingerprint leaf) {
        return shaken(channel, tls, loop).map(done -> connection(channel, tls, runtime, loop, leaf));
    }

    static CarrierConnection connection(
            Channel channel, SslHandler tls, VertxRuntime runtime, EventLoopContext loop, Fingerprint leaf) {
        Peers peers = new Peers(
                (InetSocketAddress) channel.remoteAddress(),
                (InetSocketAddress) channel.localAddress(),
                leaf.bytes(),
                true);
        return ChannelConnection.on(channel, runtime, loop, new TlsCarrier(loop, tls), peers);
    }

    /** Completes on the loop, in the very turn: what follows the handshake is not read before there is a carrier. */
    static Future<Void> shaken(Channel channel, SslHandler tls, EventLoopContext loop) {
        Promise<Void> shaken = Promise.promise();
        channel.pipeline().addLast(new Watch());
        tls.handshakeFuture()
                .addListener(done -> loop.run(() -> {
                    if (!done.isSuccess()) {
                        shaken.fail(told(done.cause()));
                        return;
                    }
                    if (channel.pipeline().get(Watch.class) != null) {
                        channel.pipeline().remove(Watch.class);
                    }
                    shaken.complete();
                }));
        return shaken.future();
    }

    private static IOException told(Throwable failure) {
        return new IOException(
                failure instanceof ClosedChannelException
                        ? "the other side hung up during the TLS handshake"
                        : NodeTrust.reason(failure),
                failure);
    }

    /** The handshake's future tells of failures; what the pipeline tells besides is the same once more. */
    private static final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The handshake's future has it.
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
