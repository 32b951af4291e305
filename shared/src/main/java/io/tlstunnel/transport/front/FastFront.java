package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tlstunnel.config.BalancerConfig.Way;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.CarrierAcceptor;
import io.tlstunnel.transport.Unpromised;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.balancer.ForwardedFor;
import io.tlstunnel.transport.front.QuietLog.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The tunnel port on Netty's level, on Vert.x's loops. */
public final class FastFront implements Front {
    private static final int BACKLOG = 1024;
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final int MAX_CHUNK = 8 * 1024;

    private final VertxRuntime runtime;
    private final FrontConfig config;
    private final @Nullable FrontTls tls;
    private final CarrierAcceptor acceptor;
    private final WebSite site;
    private final ForwardedFor forwardedFor;
    private final QuietLog log = new QuietLog(LoggerFactory.getLogger(Front.class), System::nanoTime);
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Admission<Channel> admission;
    private @Nullable Channel listening;

    private FastFront(
            VertxRuntime runtime, FrontConfig config, @Nullable FrontTls tls, CarrierAcceptor acceptor, WebSite site) {
        this.runtime = runtime;
        this.config = config;
        this.tls = tls;
        this.acceptor = acceptor;
        this.site = site;
        this.forwardedFor = new ForwardedFor(config.balancer());
        this.admission = new Admission<>(config.maxConnections(), AbruptClose::now);
    }

    /**
     * Opens the port.
     *
     * @param tls null for {@code ws}
     * @return fails with a sentence if the port cannot be had
     */
    public static Future<Front> start(
            VertxRuntime runtime, FrontConfig config, @Nullable FrontTls tls, CarrierAcceptor acceptor) {
        FastFront front = new FastFront(runtime, config, tls, acceptor, WebSites.of(config.web(), runtime.vertx()));
        return front.listen();
    }

    private Future<Front> listen() {
        Promise<Front> started = Promise.promise();
        runtime.serverBootstrap()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted(channel);
                    }
                })
                .bind(config.bindAddr(), config.bindPort())
                .addListener((io.netty.channel.ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        listening = bound.channel();
                        started.complete(this);
                    } else {
                        started.fail(ListenFailure.explain(config, bound.cause()));
                    }
                });
        return started.future();
    }

    private void accepted(Channel channel) {
        open.add(channel);
        boolean headed = config.balancer().tells(Way.PROXY_HEADER);
        if (headed && !isBalancer(channel)) {
            log.warn(Kind.STRANGER, ProxyHeaderDecoder.stranger(channel));
            AbruptClose.now(channel);
            return;
        }
        if (!admission.enter(channel)) {
            log.warn(
                    Kind.FULL,
                    "refused a connection from " + channel.remoteAddress() + ": " + config.maxConnections()
                            + " others that are no tunnels are being served");
            AbruptClose.now(channel);
            return;
        }
        channel.closeFuture().addListener(closed -> admission.leave(channel));
        ChannelPipeline pipeline = channel.pipeline();
        if (headed) {
            pipeline.addLast(new ProxyHeaderDecoder(log));
        }
        if (tls != null) {
            pipeline.addLast(TlsPeek.TLS, new TlsPeek(tls, this::notTls));
        }
        pipeline.addLast(NettyFrontConnection.CODEC, new HttpServerCodec(MAX_LINE, MAX_HEADERS, MAX_CHUNK));
        pipeline.addLast(new NettyFrontConnection(this, runtime.loop(channel.eventLoop()), channel));
    }

    private boolean isBalancer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress peer
                && config.balancer().trusts(peer.getAddress());
    }

    private void notTls(ChannelHandlerContext ctx, int first) {
        NettyFrontConnection connection = ctx.pipeline().get(NettyFrontConnection.class);
        connection.notTls();
        boolean looksLikeHttp = first >= 'A' && first <= 'Z';
        log.warn(Kind.NOT_TLS, "closed a connection from " + connection.remote() + ": it does not speak TLS");
        if (looksLikeHttp) {
            Unpromised.writeAndFlush(ctx, ByteBufUtil.writeAscii(ctx.alloc(), PLAIN_ANSWER));
            LastWords.on(ctx);
        } else {
            AbruptClose.now(ctx.channel());
        }
    }

    private static final String PLAIN_ANSWER = answer("This port speaks TLS: use https:// (or wss://).\n");

    private static String answer(String text) {
        return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: " + text.length()
                + "\r\nConnection: close\r\n\r\n" + text;
    }

    /** {@code channel} is a tunnel now, or speaks another protocol. */
    void forget(Channel channel) {
        admission.leave(channel);
        open.remove(channel);
    }

    @Override
    public int port() {
        if (listening == null) {
            throw new IllegalStateException("not listening");
        }
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        if (listening == null) {
            return Future.succeededFuture();
        }
        listening.close().addListener(stopped -> {
            open.forEach(AbruptClose::now);
            closed.complete();
        });
        return closed.future();
    }

    VertxRuntime runtime() {
        return runtime;
    }

    FrontConfig config() {
        return config;
    }

    @Nullable
    FrontTls tls() {
        return tls;
    }

    CarrierAcceptor acceptor() {
        return acceptor;
    }

    WebSite site() {
        return site;
    }

    ForwardedFor forwardedFor() {
        return forwardedFor;
    }

    QuietLog log() {
        return log;
    }

    Admission<Channel> admission() {
        return admission;
    }
}
