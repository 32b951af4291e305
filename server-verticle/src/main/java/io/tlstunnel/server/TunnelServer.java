package io.tlstunnel.server;

import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.metrics.TrafficSnapshot;
import io.tlstunnel.reload.Reloaded;
import io.tlstunnel.reload.Reloader;
import io.tlstunnel.server.admin.ServerMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** A running node. Methods may be called from any thread. */
public final class TunnelServer {
    private final Vertx vertx;
    private final ServerVerticle verticle;
    private final String deployment;

    private TunnelServer(Vertx vertx, ServerVerticle verticle, String deployment) {
        this.vertx = vertx;
        this.verticle = verticle;
        this.deployment = deployment;
    }

    /** Opens the tunnel port; fails with a sentence if it cannot. */
    public static Future<TunnelServer> start(Vertx vertx, ServerConfig config) {
        return start(vertx, config, new ServerMetrics(config.admin()));
    }

    /** The same with metrics that the caller made, and reads. */
    public static Future<TunnelServer> start(Vertx vertx, ServerConfig config, ServerMetrics metrics) {
        return start(vertx, config, metrics, null);
    }

    /** The same with a configuration that is read again when its file changes, and by {@link #reload}. */
    public static Future<TunnelServer> start(
            Vertx vertx, ServerConfig config, ServerMetrics metrics, Reloader.@Nullable Source<ServerConfig> source) {
        ServerVerticle verticle = new ServerVerticle(config, metrics, source);
        return vertx.deployVerticle(verticle).map(id -> new TunnelServer(vertx, verticle, id));
    }

    /** The tunnel port, the real one where the configuration says 0. */
    public int port() {
        return verticle.node().port();
    }

    /** The admin port, the real one where the configuration says 0; 0 if there is none. */
    public int adminPort() {
        return verticle.node().adminPort();
    }

    /** Figures of this node. */
    public ServerMetrics metrics() {
        return verticle.node().metrics();
    }

    /** Streams, bytes and round trip now. */
    public TrafficSnapshot traffic() {
        return metrics().snapshot();
    }

    /** Whose event bus reaches the other nodes. */
    Vertx bus() {
        return verticle.node().bus();
    }

    /** Reads the configuration again and applies what may change; fails only if it was started without a source. */
    public Future<Reloaded> reload() {
        return verticle.reload();
    }

    /** Drains for {@code drain_timeout} at most, then closes. */
    public Future<Void> shutdown() {
        return verticle.drain().transform(drained -> close());
    }

    /** Closes at once. */
    public Future<Void> close() {
        return vertx.deploymentIDs().contains(deployment) ? vertx.undeploy(deployment) : Future.succeededFuture();
    }
}
