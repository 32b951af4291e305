package io.tlstunnel.metrics;

import io.netty.util.concurrent.EventExecutor;
import io.tlstunnel.config.AdminConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP server, on the admin server's own Vert.x; everything on its one loop. */
final class AdminHttp extends VerticleBase {

    /** A probe or two, a Prometheus pair and some curious people. */
    static final int MAX_CONNECTIONS = 64;

    static final int IDLE_SECONDS = 30;
    static final int MAX_HEADERS_BYTES = 8 * 1024;
    static final int MAX_REQUEST_LINE_BYTES = 2 * 1024;

    private final AdminConfig config;
    private final MetricsRegistry metrics;
    private final ReadinessChecks checks;
    private final AdminApi api;
    private final ApiGuard guard;
    private final List<EventExecutor> loops;

    /** Held here: a server that nothing refers to is closed by the collector. */
    private @Nullable HttpServer server;

    private int connections;
    private volatile int port;

    AdminHttp(
            AdminConfig config,
            MetricsRegistry metrics,
            ReadinessChecks checks,
            AdminApi api,
            ApiGuard guard,
            List<EventExecutor> loops) {
        this.config = config;
        this.metrics = metrics;
        this.checks = checks;
        this.api = api;
        this.guard = guard;
        this.loops = loops;
    }

    int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        final LoopProbe probe = new LoopProbe(vertx, context, loops);
        final HttpServer http = vertx.createHttpServer(options())
                .connectionHandler(this::connected)
                .requestHandler(new AdminRoutes(vertx, metrics, checks, probe, api, guard).router());
        server = http;
        return http.listen()
                .onSuccess(listening -> port = listening.actualPort())
                .compose(listening -> probe.stuck());
    }

    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.close();
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHost(config.bindAddr())
                .setPort(config.bindPort())
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADERS_BYTES)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setAcceptBacklog(MAX_CONNECTIONS);
    }

    private void connected(HttpConnection connection) {
        connections++;
        connection.closeHandler(closed -> connections--);
        if (connections > MAX_CONNECTIONS) {
            connection.close();
        }
    }
}
