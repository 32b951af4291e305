package io.tlstunnel.transport.front;

import io.vertx.core.MultiMap;

/** A small page that says nothing of what runs here. */
final class NotFoundSite implements WebSite {
    private static final String PAGE = """
            <!doctype html>
            <html><head><title>404 Not Found</title></head>
            <body><h1>404 Not Found</h1></body></html>
            """;

    @Override
    public void serve(WebExchange exchange) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().set("Content-Type", "text/html; charset=utf-8");
        exchange.answer(404, headers, PAGE);
    }
}
