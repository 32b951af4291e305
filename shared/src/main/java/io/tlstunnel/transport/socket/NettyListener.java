package io.tlstunnel.transport.socket;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts on the fast path, and leaves to the acceptor which loop a connection is registered with. When accepting fails
 * (no file descriptors left), it pauses: the kernel's queue would offer the same connection again and again.
 */
final class NettyListener extends ChannelInboundHandlerAdapter implements PublicListener {

    private static final Logger LOG = LoggerFactory.getLogger(NettyListener.class);

    /** Connections that the kernel completes and keeps for us. */
    static final int BACKLOG = 1024;

    private static final int ACCEPT_PAUSE_MILLIS = 1000;

    private final Channel server;
    private final InetSocketAddress address;
    private final Consumer<AcceptedSocket> acceptor;
    private boolean failing;

    private NettyListener(Channel server, Consumer<AcceptedSocket> acceptor) {
        this.server = server;
        this.address = (InetSocketAddress) server.localAddress();
        this.acceptor = acceptor;
    }

    @SuppressWarnings("unchecked")
    static Future<PublicListener> bind(
            Vertx vertx, Context context, InetSocketAddress address, Consumer<AcceptedSocket> acceptor) {
        Promise<PublicListener> promise = Promise.promise();
        ChannelFuture binding = new Bootstrap()
                .group(VertxLoops.of(context))
                .channelFactory((ChannelFactory<Channel>) (ChannelFactory<?>) VertxLoops.serverSockets(vertx))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(address);
        binding.addListener(bound -> {
            if (bound.isSuccess()) {
                NettyListener listener = new NettyListener(binding.channel(), acceptor);
                binding.channel().pipeline().addLast(listener);
                binding.channel().config().setAutoRead(true);
                context.runOnContext(v -> promise.complete(listener));
            } else {
                context.runOnContext(v -> promise.fail(bound.cause()));
            }
        });
        return promise.future();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Future<Void> close() {
        Promise<Void> promise = Promise.promise();
        server.close().addListener(closed -> {
            if (closed.isSuccess()) {
                // NIO gives the descriptor back in the loop's next turn.
                var unused = server.eventLoop().schedule(() -> promise.complete(), 1, TimeUnit.MILLISECONDS);
            } else {
                promise.fail(closed.cause());
            }
        });
        return promise.future();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        failing = false;
        SocketChannel channel = (SocketChannel) message;
        InetSocketAddress visitor = channel.remoteAddress();
        if (visitor == null) {
            // Reset by its visitor while it waited to be accepted.
            CloseNow.unregistered(channel);
            return;
        }
        try {
            ReadDemand demand = SocketSetup.apply(channel);
            acceptor.accept(new NettyAcceptedSocket(channel, demand, visitor, channel.localAddress()));
        } catch (ChannelException gone) {
            LOG.debug("a connection from {} was gone before it was set up", visitor, gone);
            CloseNow.unregistered(channel);
        } catch (RuntimeException fault) {
            LOG.error("a connection from {} could not be handed over", visitor, fault);
            CloseNow.unregistered(channel);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (server.config().isAutoRead()) {
            server.config().setAutoRead(false);
            var unused = ctx.executor()
                    .schedule(() -> server.config().setAutoRead(true), ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (!failing) {
            failing = true;
            LOG.warn(
                    "cannot accept on {} ({}); trying every {} ms until it works again",
                    address,
                    FailureKind.phrase(cause),
                    ACCEPT_PAUSE_MILLIS);
        }
    }
}
