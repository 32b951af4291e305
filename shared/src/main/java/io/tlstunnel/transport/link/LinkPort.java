package io.tlstunnel.transport.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.logging.LogThrottle;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.CarrierAcceptor;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.tls.LinkTls;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where other nodes dial this one. Any thread. */
public final class LinkPort {
    private static final Logger LOG = LoggerFactory.getLogger(LinkPort.class);

    /** Lines about failed handshakes in 10 s. */
    private static final int LINES = 5;

    private enum Line {
        FAILED
    }

    private final VertxRuntime runtime;
    private final LinkTls tls;
    private final Duration handshakeTimeout;
    private final CarrierAcceptor acceptor;
    private final LogThrottle<Line> lines = new LogThrottle<>(LINES, System::nanoTime);
    private final ChannelGroup shakingHands = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private LinkPort(VertxRuntime runtime, LinkTls tls, Duration handshakeTimeout, CarrierAcceptor acceptor) {
        this.runtime = runtime;
        this.tls = tls;
        this.handshakeTimeout = handshakeTimeout;
        this.acceptor = acceptor;
    }

    /** A port that is open. */
    public record Open(LinkPort port, Channel channel) {

        /** Accepts nothing any more; links that stand are their owners'. */
        public Future<Void> close() {
            Promise<Void> closed = Promise.promise();
            channel.close().addListener(done -> {
                port.shakingHands.forEach(AbruptClose::now);
                closed.complete();
            });
            return closed.future();
        }
    }

    /**
     * Listens.
     *
     * @param acceptor takes each connection whose peer has shown a certificate of the cluster
     * @return fails with a sentence if the port cannot be had
     */
    public static Future<Open> listen(
            VertxRuntime runtime, HostPort at, LinkTls tls, Duration handshakeTimeout, CarrierAcceptor acceptor) {
        return new LinkPort(runtime, tls, handshakeTimeout, acceptor).listen(at);
    }

    private Future<Open> listen(HostPort at) {
        Promise<Open> open = Promise.promise();
        runtime.serverBootstrap()
                .childOption(ChannelOption.AUTO_READ, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted(channel);
                    }
                })
                .bind(at.host(), at.port())
                .addListener((ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        open.complete(new Open(this, bound.channel()));
                    } else {
                        open.fail("the link port " + at + " cannot be opened: "
                                + bound.cause().getMessage());
                    }
                });
        return open.future();
    }

    private void accepted(Channel channel) {
        shakingHands.add(channel);
        EventLoopContext loop = runtime.loop(channel.eventLoop());
        SslHandler handler = tls.accepting(channel.alloc());
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        channel.pipeline().addLast(handler);
        LinkChannel.onceSecure(channel, handler, runtime, loop, tls.own())
                .onSuccess(connection -> {
                    shakingHands.remove(channel);
                    acceptor.accepted(connection);
                })
                .onFailure(failure -> failed(channel, failure));
    }

    private void failed(Channel channel, Throwable failure) {
        InetSocketAddress from = (InetSocketAddress) channel.remoteAddress();
        AbruptClose.now(channel);
        int hidden = lines.admit(Line.FAILED);
        if (hidden >= 0) {
            LOG.atWarn()
                    .setMessage(
                            "no link: the other side is no node of this cluster, or has another secret or authority")
                    .addKeyValue("address", from)
                    .addKeyValue("reason", failure.getMessage())
                    .addKeyValue("hidden_before", hidden)
                    .log();
        }
    }
}
