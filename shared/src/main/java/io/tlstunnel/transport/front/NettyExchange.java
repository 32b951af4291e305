package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.tlstunnel.transport.AbruptClose;
import io.tlstunnel.transport.Unpromised;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** An exchange on Netty's HTTP codec. On the channel's loop. */
final class NettyExchange implements WebExchange {
    private final NettyFrontConnection connection;
    private final ChannelHandlerContext ctx;
    private final HttpRequest head;
    private final Request request;
    private final NettyBody body;
    private final boolean expectsContinue;

    private boolean continued;
    private boolean keepAlive;
    private @Nullable Output output;
    private boolean answerEnded;
    private boolean requestEnded;
    private @Nullable Runnable lost;

    NettyExchange(NettyFrontConnection connection, ChannelHandlerContext ctx, HttpRequest head) {
        this.connection = connection;
        this.ctx = ctx;
        this.head = head;
        this.keepAlive = HttpUtil.isKeepAlive(head);
        this.expectsContinue = HttpUtil.is100ContinueExpected(head);
        this.body = new NettyBody(this::readOn);
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        head.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
        this.request = new Request(
                head.method().name(), head.uri(), headers, connection.remote(), connection.secure(), hasBody(head));
    }

    static boolean hasBody(HttpRequest head) {
        return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    }

    // What the connection tells.

    void content(HttpContent content) {
        if (content.content().isReadable() && !answerEnded) {
            body.deliver(content.content());
        }
        if (content instanceof LastHttpContent) {
            requestEnded = true;
            body.end();
            endIfDone();
        } else if (answerEnded) {
            connection.dropped(content.content().readableBytes());
        }
    }

    void writable() {
        if (output != null) {
            output.drained();
        }
    }

    void connectionLost() {
        if (answerEnded) {
            return;
        }
        body.fail(new ClosedChannelException());
        if (lost != null) {
            lost.run();
        }
    }

    // What the site asks for.

    @Override
    public Request request() {
        return request;
    }

    @Override
    public ReadStream<Buffer> body() {
        return body;
    }

    @Override
    public WriteStream<Buffer> answer(int status, MultiMap headers) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        headers.forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        Framing.prepare(response, head);
        keepAlive &= HttpUtil.isKeepAlive(response) && (!expectsContinue || continued);
        HttpUtil.setKeepAlive(response, keepAlive);
        Unpromised.write(ctx, response);
        output = new Output();
        return output;
    }

    @Override
    public Future<RawBytes> switchProtocols(MultiMap headers) {
        HttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        headers.forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        answerEnded = true;
        Unpromised.writeAndFlush(ctx, response);
        return Future.succeededFuture(connection.leaveHttp());
    }

    @Override
    public void breakOff() {
        AbruptClose.now(ctx.channel());
    }

    @Override
    public void onLost(Runnable handler) {
        lost = handler;
    }

    private void readOn() {
        if (expectsContinue && !continued && output == null) {
            continued = true;
            Unpromised.writeAndFlush(
                    ctx, new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        connection.readOne();
    }

    private void endIfDone() {
        if (answerEnded && requestEnded) {
            connection.exchangeEnded(keepAlive);
        }
    }

    private final class Output extends NettyOutput {
        Output() {
            super(NettyExchange.this.ctx, connection.loop());
        }

        @Override
        Object message(ByteBuf bytes) {
            connection.moved();
            return new DefaultHttpContent(bytes);
        }

        @Override
        ChannelFuture finish() {
            ChannelFuture last = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            if (!answerEnded) {
                answerEnded = true;
                if (!keepAlive) {
                    last.addListener(written -> connection.exchangeEnded(false));
                } else if (requestEnded) {
                    last.addListener(written -> endIfDone());
                } else {
                    connection.readOne();
                }
            }
            return last;
        }
    }

    /** How the length of an answer is told. */
    private static final class Framing {
        private Framing() {}

        static void prepare(HttpResponse response, HttpRequest to) {
            boolean empty = response.status().code() == 204 || response.status().code() == 304;
            if (empty || HttpUtil.isContentLengthSet(response)) {
                return;
            }
            if (to.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            } else {
                HttpUtil.setKeepAlive(response, false);
            }
        }
    }
}
