package io.tlstunnel.cli;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The web application "behind the firewall": one friendly page with a number that nobody can guess. */
final class DemoService {

    private static final Logger LOG = LoggerFactory.getLogger(DemoService.class);

    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Hello through the tunnel</title>
            <style>body{font:18px/1.6 system-ui,sans-serif;max-width:38em;margin:4em auto;padding:0 1em}
            code{background:#8883;padding:.1em .3em;border-radius:.2em}</style></head>
            <body><h1>Hello through the tunnel</h1>
            <p>You asked the <b>server</b>. It had this page brought by the <b>client</b>, which dialled out to it over
            WebSocket and TLS, from a small web service on <code>127.0.0.1:%d</code> that listens to nobody else.</p>
            <p>Next: <code>tls-tunnel http 8080 --server your-server --publish 8000 --key-file key</code></p>
            <p><small>proof %s</small></p></body></html>
            """;

    private final HttpServer server;
    private final Buffer page;

    private DemoService(HttpServer server, Buffer page) {
        this.server = server;
        this.page = page;
    }

    static Future<DemoService> start(Vertx vertx) {
        final String proof = KeyCommand.random();
        final HttpServer http = vertx.createHttpServer();
        http.connectionHandler(connection -> connection.exceptionHandler(failure -> LOG.atDebug()
                .setMessage("a visitor's connection broke")
                .setCause(failure)
                .log()));
        http.requestHandler(request -> answer(request, page(http, proof)));
        return http.listen(0, "127.0.0.1").map(listening -> new DemoService(listening, page(listening, proof)));
    }

    private static Buffer page(HttpServer server, String proof) {
        return Buffer.buffer(PAGE.formatted(server.actualPort(), proof));
    }

    private static void answer(HttpServerRequest request, Buffer page) {
        final boolean known = request.path() != null && request.path().equals("/");
        request.response()
                .setStatusCode(known ? 200 : 404)
                .putHeader("content-type", known ? "text/html; charset=utf-8" : "text/plain")
                .end(known ? page : Buffer.buffer("The page is at /\n"))
                .onFailure(gone -> request.connection().close());
    }

    int port() {
        return server.actualPort();
    }

    /** What {@code /} answers. */
    Buffer page() {
        return page;
    }

    Future<Void> close() {
        return server.close();
    }
}
