package io.tlstunnel.transport.front;

import io.tlstunnel.transport.front.QuietLog.Kind;
import io.tlstunnel.transport.websocket.Upgrade;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import org.slf4j.LoggerFactory;

/**
 * Passes requests on to another web server. Bodies stream both ways, each as fast as its reader; a WebSocket that is not
 * the tunnel's goes through as bytes once the other server has agreed to it.
 */
final class UpstreamSite implements WebSite {
    private static final int CONNECT_MILLIS = 5000;
    private static final int IDLE_SECONDS = 60;
    private static final int CONNECTIONS = 256;
    private static final int HTTP_PORT = 80;

    private final QuietLog log = new QuietLog(LoggerFactory.getLogger(Front.class), System::nanoTime);
    private final URI uri;
    /** Held for as long as the site: Vert.x closes a client that nobody holds. */
    private final HttpClient client;

    UpstreamSite(Vertx vertx, URI uri) {
        this.uri = uri;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setIdleTimeout(IDLE_SECONDS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    @Override
    public void serve(WebExchange exchange) {
        client.request(target(exchange.request()))
                .onFailure(failure -> unreachable(exchange, failure))
                .onSuccess(request -> {
                    request.exceptionHandler(told -> {}); // its response and its body's pipe fail too
                    exchange.onLost(() -> request.reset());
                    if (wantsUpgrade(exchange.request())) {
                        upgrade(exchange, request);
                    } else {
                        forward(exchange, request);
                    }
                });
    }

    private RequestOptions target(WebExchange.Request request) {
        return new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method()))
                .setHost(uri.getHost())
                .setPort(uri.getPort() < 0 ? HTTP_PORT : uri.getPort())
                .setURI(originForm(request.uri()))
                .setHeaders(ForwardedHeaders.forUpstream(request));
    }

    /** A client may send the absolute form to any server; a server behind expects the path only. */
    private static String originForm(String target) {
        if (target.startsWith("/") || target.equals("*")) {
            return target;
        }
        int authority = target.indexOf("://");
        int path = authority < 0 ? -1 : target.indexOf('/', authority + 3);
        return path < 0 ? "/" : target.substring(path);
    }

    private void forward(WebExchange exchange, HttpClientRequest request) {
        request.response()
                .onFailure(failure -> unreachable(exchange, failure))
                .onSuccess(response -> relay(exchange, response));
        if (exchange.request().body()) {
            request.setChunked(!exchange.request().headers().contains("Content-Length"));
            exchange.body().pipeTo(request).onFailure(failure -> request.reset());
        } else {
            request.end().onFailure(failure -> request.reset());
        }
    }

    private static void relay(WebExchange exchange, HttpClientResponse response) {
        MultiMap headers = ForwardedHeaders.endToEnd(response.headers());
        response.pipeTo(exchange.answer(response.statusCode(), headers)).onFailure(failure -> exchange.breakOff());
    }

    private void unreachable(WebExchange exchange, Throwable failure) {
        if (failure instanceof StreamResetException) {
            exchange.breakOff(); // the visitor left, or his request broke off
            return;
        }
        log.warn(Kind.UPSTREAM, "the web server at " + uri + " did not answer: " + failure.getMessage());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().set("Content-Type", "text/plain; charset=utf-8");
        exchange.answer(502, headers, "The web server behind this port does not answer.\n");
    }

    // WebSockets that are not the tunnel's.

    private static boolean wantsUpgrade(WebExchange.Request request) {
        return Upgrade.hasToken(request.headers().getAll("Upgrade"), "websocket")
                && Upgrade.hasToken(request.headers().getAll("Connection"), "upgrade");
    }

    private void upgrade(WebExchange exchange, HttpClientRequest request) {
        request.putHeader("Connection", "Upgrade").putHeader("Upgrade", "websocket");
        request.connect().onFailure(failure -> unreachable(exchange, failure)).onSuccess(response -> {
            if (response.statusCode() == 101) {
                join(exchange, response);
            } else {
                relay(exchange, response);
            }
        });
    }

    private static void join(WebExchange exchange, HttpClientResponse response) {
        NetSocket behind = response.netSocket();
        behind.pause();
        MultiMap headers = ForwardedHeaders.endToEnd(response.headers())
                .set("Connection", "Upgrade")
                .set("Upgrade", "websocket");
        exchange.switchProtocols(headers).onFailure(failure -> behind.close()).onSuccess(front -> {
            front.onClosed(() -> behind.close());
            Future<Void> out = behind.pipeTo(front.output());
            Future<Void> in = front.input().pipeTo(behind);
            Future.any(out, in).onComplete(one -> {
                front.close();
                behind.close();
            });
        });
    }
}
