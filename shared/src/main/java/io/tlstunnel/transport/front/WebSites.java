package io.tlstunnel.transport.front;

import io.tlstunnel.config.WebConfig;
import io.vertx.core.Vertx;

/** The site that a configuration asks for. */
final class WebSites {
    private WebSites() {}

    static WebSite of(WebConfig web, Vertx vertx) {
        if (web instanceof WebConfig.Directory directory) {
            return new DirectorySite(vertx, directory.root());
        }
        if (web instanceof WebConfig.Upstream upstream) {
            return new UpstreamSite(vertx, upstream.uri());
        }
        return new NotFoundSite();
    }
}
