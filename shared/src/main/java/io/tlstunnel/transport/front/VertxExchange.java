package io.tlstunnel.transport.front;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.tlstunnel.transport.websocket.Upgrade;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.net.InetSocketAddress;

/** An exchange on Vert.x's HTTP server. On the request's context. */
final class VertxExchange implements WebExchange {
    private final HttpServerRequest server;
    private final Request request;

    VertxExchange(HttpServerRequest server, Runnable answered) {
        this.server = server;
        server.pause();
        server.response().endHandler(ended -> {
            server.resume(); // what is left of the body is dropped
            answered.run();
            if (isLast()) {
                server.connection().shutdown();
            }
        });
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(server.headers());
        boolean body = headers.contains("Transfer-Encoding")
                || !headers.getAll("Content-Length").stream().allMatch("0"::equals);
        this.request = new Request(
                server.method().name(), server.uri(), headers, address(server.remoteAddress()), server.isSSL(), body);
    }

    /** An address of a socket, which Vert.x keeps as text. */
    static InetSocketAddress address(SocketAddress address) {
        return new InetSocketAddress(address.hostAddress(), address.port());
    }

    /** Vert.x overlooks {@code close} where it is one of several. */
    private boolean isLast() {
        return Upgrade.hasToken(server.headers().getAll(HttpHeaderNames.CONNECTION), "close");
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public ReadStream<Buffer> body() {
        return server;
    }

    @Override
    public WriteStream<Buffer> answer(int status, MultiMap headers) {
        HttpServerResponse response = server.response().setStatusCode(status);
        response.headers().addAll(headers);
        if (isLast()) {
            response.putHeader(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (!headers.contains("Content-Length") && status != 204 && status != 304) {
            response.setChunked(true);
        }
        return response;
    }

    @Override
    public Future<RawBytes> switchProtocols(MultiMap headers) {
        server.response().headers().addAll(headers);
        return server.toNetSocket().map(Raw::new);
    }

    @Override
    public void breakOff() {
        server.connection().close();
    }

    @Override
    public void onLost(Runnable lost) {
        server.response().closeHandler(closed -> lost.run());
    }

    private record Raw(NetSocket socket) implements RawBytes {
        @Override
        public ReadStream<Buffer> input() {
            return socket;
        }

        @Override
        public WriteStream<Buffer> output() {
            return socket;
        }

        @Override
        public void onClosed(Runnable closed) {
            socket.closeHandler(gone -> closed.run());
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
