package io.tlstunnel.transport.dial;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.tlstunnel.config.HttpProxy;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.Peers;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.websocket.Role;
import io.tlstunnel.transport.websocket.Upgrade;
import io.tlstunnel.transport.websocket.WebSocketConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One dial to one address: TCP, CONNECT, TLS, upgrade. All on the loop of the connection. */
final class FastAttempt {
    /** Stays last in the pipeline until the upgrade is done, and hears of every failure. */
    private static final String WATCH = "watch";

    private final VertxRuntime runtime;
    private final @Nullable DialTls tls;
    private final EventLoopContext loop;
    private final DialTarget target;
    private final InetSocketAddress address;
    private final Promise<CarrierConnection> result;

    private String doing = "the TCP connection";
    private boolean done;
    private DialTls.@Nullable Leaf leaf;

    FastAttempt(
            VertxRuntime runtime,
            @Nullable DialTls tls,
            EventLoopContext loop,
            DialTarget target,
            InetSocketAddress address) {
        this.runtime = runtime;
        this.tls = tls;
        this.loop = loop;
        this.target = target;
        this.address = address;
        this.result = loop.promise();
    }

    Future<CarrierConnection> run() {
        ChannelFuture connecting = runtime.bootstrap(loop.eventLoop())
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(target.connectTimeout().toMillis()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(WATCH, new Watch());
                    }
                })
                .connect(address);
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                loop.run(() -> handshake(connecting.channel()));
            } else {
                done = true;
                result.fail(Explain.connect(target, address, connected.cause()));
            }
        });
        return result.future();
    }

    private void handshake(Channel channel) {
        ScheduledFuture<?> deadline = channel.eventLoop()
                .schedule(
                        () -> fail(channel, Explain.late(target, address, doing)),
                        target.handshakeTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        result.future().onComplete(any -> deadline.cancel(false));
        if (target.proxy() != null) {
            askProxy(channel, target.proxy());
        } else {
            secure(channel);
        }
    }

    private void askProxy(Channel channel, HttpProxy proxy) {
        doing = "CONNECT";
        String authority = target.server().toString();
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.CONNECT, authority);
        request.headers().set(HttpHeaderNames.HOST, authority).set(HttpHeaderNames.USER_AGENT, UserAgent.VALUE);
        ProxyCredentials.header(proxy)
                .ifPresent(value -> request.headers().set(HttpHeaderNames.PROXY_AUTHORIZATION, value));
        HttpStep.send(channel.pipeline(), WATCH, request, (step, response) -> {
            int status = response.status().code();
            if (response.decoderResult().isFailure()) {
                fail(channel, Explain.notProxy(target, "no HTTP"));
            } else if (status / 100 != 2) {
                fail(channel, Explain.proxy(target, status));
            } else {
                step.leave(channel.pipeline());
                secure(channel);
            }
        });
    }

    private void secure(Channel channel) {
        if (target.transport() == TransportKind.WS) {
            upgrade(channel);
            return;
        }
        if (tls == null) {
            throw new IllegalStateException("a dialler without TLS was asked for wss");
        }
        doing = "the TLS handshake";
        DialTls source = tls;
        SslHandler handler = source.newHandler(channel.alloc(), target.server());
        handler.setHandshakeTimeoutMillis(0); // ours bounds it
        channel.pipeline().addBefore(WATCH, "tls", handler);
        handler.handshakeFuture().addListener(shaken -> {
            if (shaken.isSuccess()) {
                leaf = source.leaf(handler.engine().getSession());
                upgrade(channel);
            } else {
                fail(channel, Explain.tls(target, shaken.cause()));
            }
        });
    }

    private void upgrade(Channel channel) {
        doing = "the WebSocket upgrade";
        String key = Upgrade.newKey();
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target.path());
        request.headers()
                .set(HttpHeaderNames.HOST, target.hostHeader())
                .set(HttpHeaderNames.USER_AGENT, UserAgent.VALUE)
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, Upgrade.VERSION)
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, Upgrade.SUB_PROTOCOL)
                .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
        HttpStep.send(channel.pipeline(), WATCH, request, (step, response) -> upgraded(channel, step, response, key));
    }

    private void upgraded(Channel channel, HttpStep step, HttpResponse response, String key) {
        if (done) {
            return;
        }
        DialException refusal = UpgradeAnswer.refusal(target, response, key);
        if (refusal != null) {
            fail(channel, refusal);
            return;
        }
        done = true;
        Peers peers = new Peers(
                (InetSocketAddress) channel.remoteAddress(),
                (InetSocketAddress) channel.localAddress(),
                leaf == null ? null : leaf.sha256(),
                leaf != null && leaf.trusted());
        CarrierConnection connection = WebSocketConnection.on(channel, runtime, loop, Role.CLIENT, peers);
        channel.pipeline().remove(WATCH);
        step.leave(channel.pipeline());
        loop.run(() -> result.complete(connection));
    }

    private void fail(Channel channel, DialException failure) {
        if (!done) {
            done = true;
            AbruptClose.now(channel);
            loop.run(() -> result.fail(failure));
        }
    }

    private final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(ctx.channel(), Explain.broken(target, address, doing, cause));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            fail(ctx.channel(), Explain.broken(target, address, doing, new ClosedChannelException()));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
