package io.tlstunnel.metrics;

import io.tlstunnel.config.AdminConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Health, metrics and the API over HTTP: {@code /health}, {@code /metrics}, {@code /api/v1}. It runs on an event loop
 * and Vert.x of its own, so that it still answers, and says which one, when a loop that carries streams is stuck. Any
 * thread.
 */
public final class AdminServer {

    private final Vertx watched;
    private final String deployment;
    private final int port;

    private AdminServer(Vertx watched, String deployment, int port) {
        this.watched = watched;
        this.deployment = deployment;
        this.port = port;
    }

    /**
     * Listens as {@code config} says (whether it is enabled is the caller's question). A failure is an
     * {@link java.io.IOException} whose message is a sentence for the user.
     *
     * @param watched its event loops are what {@code /health/live} is about; ends the server when it is closed
     */
    public static Future<AdminServer> start(
            Vertx watched, AdminConfig config, MetricsRegistry metrics, ReadinessChecks checks) {
        return start(watched, config, metrics, checks, new AdminApi(null, null));
    }

    /** The same; {@code reload} is what {@code POST /api/v1/reload} does, or null if there is no such thing. */
    public static Future<AdminServer> start(
            Vertx watched,
            AdminConfig config,
            MetricsRegistry metrics,
            ReadinessChecks checks,
            @Nullable AdminReload reload) {
        return start(watched, config, metrics, checks, new AdminApi(reload, null));
    }

    /** The same with whatever the API has. */
    public static Future<AdminServer> start(
            Vertx watched, AdminConfig config, MetricsRegistry metrics, ReadinessChecks checks, AdminApi api) {
        final AdminVerticle verticle = new AdminVerticle(config, metrics, checks, api);
        return watched.deployVerticle(verticle).map(id -> new AdminServer(watched, id, verticle.port()));
    }

    /** The port it listens on, 1–65535. */
    public int port() {
        return port;
    }

    /** Closes the port and its connections. */
    public Future<Void> close() {
        return watched.deploymentIDs().contains(deployment) ? watched.undeploy(deployment) : Future.succeededFuture();
    }
}
