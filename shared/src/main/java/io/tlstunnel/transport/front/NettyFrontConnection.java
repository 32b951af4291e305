package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.Peers;
import io.tlstunnel.transport.Unpromised;
import io.tlstunnel.transport.balancer.ForwardedFor;
import io.tlstunnel.transport.front.QuietLog.Kind;
import io.tlstunnel.transport.websocket.Role;
import io.tlstunnel.transport.websocket.WebSocketConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.CharBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the tunnel port, from accept until it is a tunnel or gone: the last handler in its pipeline. It reads
 * one message at a time, and only when it wants one.
 */
final class NettyFrontConnection extends OneByOne {
    static final String CODEC = "http";

    private static final int MAX_DROPPED_BODY = 1024 * 1024;

    private final FastFront front;
    private final Channel channel;
    private final Deadline deadline;

    private @Nullable InetSocketAddress told;
    private UpgradeRequest.@Nullable Proper upgrade;
    private @Nullable NettyExchange exchange;
    private boolean over;
    private int droppedBody;

    NettyFrontConnection(FastFront front, EventLoopContext loop, Channel channel) {
        super(loop);
        this.front = front;
        this.channel = channel;
        this.deadline = new Deadline(channel);
    }

    /** Who is there: the peer, unless a balancer has told another one. */
    InetSocketAddress remote() {
        return told == null ? (InetSocketAddress) channel.remoteAddress() : told;
    }

    boolean secure() {
        return front.tls() != null;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        deadline.set(front.config().handshakeTimeout(), this::tooLate);
    }

    @Override
    public void channelActive(ChannelHandlerContext from) {
        readOne();
    }

    @Override
    void take(Object message) {
        if (over) {
            return;
        }
        if (message instanceof HttpRequest request) {
            head(request);
        }
        if (message instanceof HttpContent content) {
            content(content);
        }
    }

    private void head(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            malformed(request.decoderResult().cause());
            return;
        }
        front.admission().works(channel);
        UpgradeRequest.Head head = UpgradeRequest.Head.of(request);
        if (front.config().isTunnelPath(request.uri()) && UpgradeRequest.isMeant(head)) {
            told = sender(head);
            upgrade(UpgradeRequest.check(head)); // its end is still to come, within the handshake's time
        } else {
            if (UpgradeRequest.isMeant(head) && front.config().hasOneWebSocketPath()) {
                front.log().warn(Kind.UPGRADE, UpgradeRequest.elsewhere(sender(head)));
            }
            deadline.set(front.config().idleTimeout(), this::stuck);
            exchange = new NettyExchange(this, context(), request);
            front.site().serve(exchange);
        }
    }

    private InetSocketAddress sender(UpgradeRequest.Head head) {
        return front.forwardedFor().client(remote(), head.values(ForwardedFor.HEADER));
    }

    private void upgrade(UpgradeRequest request) {
        if (request instanceof UpgradeRequest.Wrong wrong) {
            front.log().warn(Kind.UPGRADE, "refused an upgrade from " + remote() + ": " + wrong.why());
            refuse(wrong.status(), wrong.why());
        } else if (request instanceof UpgradeRequest.Proper proper) {
            upgrade = proper;
            readOne(); // the end of the request, behind which the tunnel begins
        }
    }

    private void content(HttpContent content) {
        if (upgrade != null) {
            if (content instanceof LastHttpContent && !content.content().isReadable()) {
                becomeTunnel(upgrade);
            } else {
                refuse(HttpResponseStatus.BAD_REQUEST, "an upgrade has no body");
            }
        } else if (exchange != null) {
            moved();
            exchange.content(content);
        }
    }

    private void becomeTunnel(UpgradeRequest.Proper proper) {
        Unpromised.writeAndFlush(context(), proper.response());
        byte[] leaf = front.tls() == null ? null : front.tls().leafSha256();
        Peers peers = new Peers(remote(), (InetSocketAddress) channel.localAddress(), leaf, false);
        CarrierConnection connection = WebSocketConnection.on(channel, front.runtime(), loop(), Role.SERVER, peers);
        leave();
        try {
            front.acceptor().accepted(connection);
        } catch (RuntimeException bug) {
            AbruptClose.now(channel);
            throw bug;
        }
    }

    /** Takes HTTP out of the pipeline; bytes that came behind the request go to the handler added last. */
    private void leave() {
        over = true;
        deadline.clear();
        front.forget(channel);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(this);
        pipeline.remove(HttpServerCodec.class);
    }

    // What an exchange asks for.

    /** Something moved: the connection is not stuck. */
    void moved() {
        deadline.touch();
    }

    /** A piece of a body that nobody wants was read. */
    void dropped(int bytes) {
        droppedBody += bytes;
        if (droppedBody > MAX_DROPPED_BODY) {
            lastWordsSaid();
        } else {
            readOne();
        }
    }

    /** The answer was 101: from here on the connection is raw bytes. */
    WebExchange.RawBytes leaveHttp() {
        ChannelPipeline pipeline = channel.pipeline();
        NettyRawBytes raw = new NettyRawBytes(loop());
        pipeline.addLast(raw);
        leave();
        return raw;
    }

    void exchangeEnded(boolean keepAlive) {
        exchange = null;
        if (over || !channel.isActive()) {
            return;
        }
        if (keepAlive) {
            droppedBody = 0;
            front.admission().waits(channel);
            deadline.set(front.config().idleTimeout(), this::stuck);
            readOne();
        } else {
            lastWordsSaid();
        }
    }

    // How it ends.

    private void malformed(Throwable cause) {
        HttpResponseStatus status = HttpResponseStatus.BAD_REQUEST;
        if (cause instanceof TooLongHttpLineException) {
            status = HttpResponseStatus.REQUEST_URI_TOO_LONG;
        } else if (cause instanceof TooLongHttpHeaderException) {
            status = HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        front.log().warn(Kind.HTTP, "malformed HTTP request from " + remote() + ": answered " + status);
        refuse(status, status.reasonPhrase());
    }

    private void refuse(HttpResponseStatus status, String why) {
        upgrade = null;
        exchange = null;
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                ByteBufUtil.encodeString(channel.alloc(), CharBuffer.wrap(why + "\n"), StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
        }
        HttpUtil.setContentLength(response, response.content().readableBytes());
        Unpromised.writeAndFlush(context(), response);
        lastWordsSaid();
    }

    private void lastWordsSaid() {
        if (!over) {
            over = true;
            deadline.clear();
            LastWords.on(context());
        }
    }

    private void tooLate() {
        over = true; // the decoder hands on what it has when the channel closes
        front.log()
                .warn(
                        Kind.TIMEOUT,
                        "closed a connection from " + remote() + ": no request within "
                                + front.config().handshakeTimeout().toMillis() + " ms");
        AbruptClose.now(channel);
    }

    /** What came was no TLS; it is being dealt with. */
    void notTls() {
        over = true;
        deadline.clear();
    }

    private void stuck() {
        over = true;
        AbruptClose.now(channel);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        NettyExchange current = exchange;
        if (current != null && channel.isWritable()) {
            moved();
            loop().run(current::writable);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof ProxyHeaderDecoder.Told header) {
            told = header.source();
            readOne(); // the header took what was asked for before
        } else if (event instanceof SslHandshakeCompletionEvent done) {
            if (done.isSuccess()) {
                readOne(); // what was asked for before is forgotten with the handler that TLS replaced
            } else {
                failed("TLS handshake with " + remote() + " failed: " + phrase(done.cause()));
            }
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (cause instanceof IOException) {
            AbruptClose.now(channel); // gone; nobody needs a line for each visitor who leaves
        } else {
            failed("connection from " + remote() + " failed: " + cause);
        }
    }

    private static String phrase(Throwable cause) {
        return cause instanceof ClosedChannelException ? "the client hung up" : String.valueOf(cause.getMessage());
    }

    private void failed(String line) {
        if (!over) {
            over = true;
            front.log().warn(Kind.TLS, line);
        }
        AbruptClose.now(channel);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        over = true;
        NettyExchange current = exchange;
        if (current != null) {
            exchange = null;
            loop().run(current::connectionLost);
        }
    }
}
