package io.tlstunnel.metrics;

import io.netty.util.NetUtil;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the admin server answers. Everything may be read by GET and HEAD; the one POST makes the program read its own
 * configuration again.
 */
final class AdminRoutes {

    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>tls-tunnel</title></head>
            <body><h1>tls-tunnel</h1>
            <ul>
            <li><a href="/health/live">/health/live</a> – does every event loop take its turn?</li>
            <li><a href="/health/ready">/health/ready</a> – may a balancer send visitors and clients here?</li>
            <li><a href="/metrics">/metrics</a> – for Prometheus</li>
            %s</ul></body></html>
            """;

    private static final String STATUS = """
            <li><a href="/api/v1/cluster">/api/v1/cluster</a> – the nodes</li>
            <li><a href="/api/v1/clients">/api/v1/clients</a> – the clients and their tunnels</li>
            <li><a href="/api/v1/proxies">/api/v1/proxies</a> – what is published</li>
            <li>/api/v1/why/PORT – who would serve a port, and why</li>
            """;

    private static final Map<String, String> SECURITY = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy",
                    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private static final String RELOAD = "/api/v1/reload";
    static final String TEXT = "text/plain; charset=utf-8";
    private static final String HTML = "text/html; charset=utf-8";
    static final String JSON = "application/json";

    private final Vertx vertx;
    private final MetricsRegistry metrics;
    private final ReadinessChecks checks;
    private final LoopProbe probe;
    private final @Nullable AdminReload reload;
    private final @Nullable StatusRoutes status;

    AdminRoutes(
            Vertx vertx,
            MetricsRegistry metrics,
            ReadinessChecks checks,
            LoopProbe probe,
            AdminApi api,
            ApiGuard guard) {
        final AdminStatus told = api.status();
        this.reload = api.reload();
        this.status = told == null ? null : new StatusRoutes(vertx, told, guard);
        this.vertx = vertx;
        this.metrics = metrics;
        this.checks = checks;
        this.probe = probe;
    }

    Router router() {
        final Router router = Router.router(vertx);
        router.route().handler(AdminRoutes::guard);
        get(router, "/", context -> answer(context, 200, HTML, PAGE.formatted(status == null ? "" : STATUS)));
        get(router, "/health/live", this::live);
        get(router, "/health/ready", this::ready);
        get(router, "/metrics", this::metrics);
        if (reload != null) {
            router.route(RELOAD).method(HttpMethod.POST).handler(this::reload);
        }
        if (status != null) {
            status.mount(router);
        }
        router.errorHandler(404, context -> answer(context, 404, TEXT, "Not found. See / for what there is.\n"));
        router.errorHandler(405, context -> {
            final String allowed = reload != null && context.normalizedPath().equals(RELOAD) ? "POST" : "GET, HEAD";
            context.response().putHeader(HttpHeaders.ALLOW, allowed);
            answer(context, 405, TEXT, "Only " + allowed.replace(",", " and") + ".\n");
        });
        return router;
    }

    private static void get(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    /** No answer is kept, framed or run; a body is nothing we would read. */
    private static void guard(RoutingContext context) {
        context.response().headers().addAll(SECURITY);
        if (hasBody(context.request())) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            answer(context, 413, TEXT, "No request here has a body.\n");
        } else {
            context.next();
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        final String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    private void live(RoutingContext context) {
        probe.stuck().onComplete(stuck -> live(context, stuck), context::fail);
    }

    private void live(RoutingContext context, List<String> stuck) {
        final JsonObject body = new JsonObject().put("status", stuck.isEmpty() ? "alive" : "stuck");
        if (stuck.isEmpty()) {
            body.put("event_loops", probe.size());
        } else {
            body.put("stuck", stuck).put("waited_ms", LoopProbe.PATIENCE_MILLIS);
        }
        answer(context, stuck.isEmpty() ? 200 : 503, JSON, body.encode() + "\n");
    }

    private void ready(RoutingContext context) {
        final Map<String, String> obstacles = checks.obstacles();
        final JsonObject body = new JsonObject().put("status", obstacles.isEmpty() ? "ready" : "not ready");
        if (!obstacles.isEmpty()) {
            body.put("reasons", new JsonObject(new LinkedHashMap<>(obstacles)));
        }
        answer(context, obstacles.isEmpty() ? 200 : 503, JSON, body.encode() + "\n");
    }

    /**
     * For somebody on this machine only, and for no page in a browser: that one could be anybody's. Browsers say where a
     * page that sends is from, and cannot be made not to.
     */
    private void reload(RoutingContext context) {
        final AdminReload action = reload;
        if (action == null || !isOfThisMachine(context.request()) || isOfABrowser(context.request())) {
            answer(context, 403, TEXT, "Only from this machine, and not from a browser.\n");
            return;
        }
        final Context own = vertx.getOrCreateContext();
        action.reload()
                .onComplete(done -> own.runOnContext(back -> {
                    if (done.failed()) {
                        context.fail(done.cause());
                    } else {
                        final boolean applied = done.result().getBoolean("applied", false);
                        answer(context, applied ? 200 : 422, JSON, done.result().encode() + "\n");
                    }
                }));
    }

    private static boolean isOfThisMachine(HttpServerRequest request) {
        final String peer = address(request.remoteAddress());
        final InetAddress address = NetUtil.createInetAddressFromIpAddressString(peer);
        return address != null && (address.isLoopbackAddress() || peer.equals(address(request.localAddress())));
    }

    private static String address(@Nullable SocketAddress end) {
        return end == null ? "" : String.valueOf(end.hostAddress());
    }

    private static boolean isOfABrowser(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.ORIGIN)
                || request.headers().contains("Sec-Fetch-Site");
    }

    /** Off the loop, so that a health check never waits for a long list. */
    private void metrics(RoutingContext context) {
        final Exposition exposition = wanted(context.parsedHeaders().accept());
        vertx.executeBlocking(() -> metrics.scrape(exposition))
                .onComplete(text -> answer(context, 200, exposition.contentType(), text), context::fail);
    }

    /** The first that we have, by the client's preference. */
    private static Exposition wanted(List<MIMEHeader> byPreference) {
        for (final MIMEHeader type : byPreference) {
            if (type.weight() > 0
                    && Objects.equals(type.component(), "application")
                    && Objects.equals(type.subComponent(), "openmetrics-text")) {
                return Exposition.OPENMETRICS;
            }
            if (type.weight() > 0 && Objects.equals(type.component(), "text")) {
                return Exposition.PROMETHEUS;
            }
        }
        return Exposition.PROMETHEUS;
    }

    /** Vert.x leaves the body out where HEAD asked. */
    static void answer(RoutingContext context, int status, String type, String body) {
        final HttpServerResponse response = context.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type);
        response.end(body).onFailure(gone -> context.request().connection().close());
    }
}
