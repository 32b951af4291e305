package io.tlstunnel.transport.front;

import io.tlstunnel.config.WebConfig;
import io.vertx.core.Vertx;

/** The site that a configuration asks for. */
final class WebSites {
    private WebSites() {}

    static WebSite of(WebConfig web, Vertx vertx) {
        return new NotFoundSite();
    }
}
