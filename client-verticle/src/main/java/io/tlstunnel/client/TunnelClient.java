package io.tlstunnel.client;

import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.reload.Reloaded;
import io.tlstunnel.reload.Reloader;
import io.tlstunnel.wire.ProxyResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A running client. Methods may be called from any thread. */
public final class TunnelClient {
    private final Vertx vertx;
    private final ClientVerticle verticle;
    private final Promise<Ended> ended = Promise.promise();
    private final Future<String> deployed;

    private TunnelClient(Vertx vertx, ClientVerticle verticle) {
        this.vertx = vertx;
        this.verticle = verticle;
        this.deployed = vertx.deployVerticle(verticle)
                .onFailure(failure -> ended.tryComplete(new Ended.Failed(String.valueOf(failure.getMessage()))));
        verticle.superseded().onSuccess(sentence -> ended.tryComplete(new Ended.Superseded(sentence)));
    }

    /** Dials and keeps the tunnels up until {@link #shutdown} or until it cannot go on. */
    public static TunnelClient start(Vertx vertx, ClientConfig config) {
        return start(vertx, config, new ClientMetrics(config.admin()));
    }

    /** The same with metrics that the caller made, and reads. */
    public static TunnelClient start(Vertx vertx, ClientConfig config, ClientMetrics metrics) {
        return start(vertx, config, metrics, null);
    }

    /** The same with a configuration that is read again when its file changes, and by {@link #reload}. */
    public static TunnelClient start(
            Vertx vertx, ClientConfig config, ClientMetrics metrics, Reloader.@Nullable Source<ClientConfig> source) {
        return new TunnelClient(vertx, new ClientVerticle(config, metrics, source));
    }

    /** Reads the configuration again and applies what may change; fails only if it was started without a source. */
    public Future<Reloaded> reload() {
        return deployed.compose(id -> verticle.reload());
    }

    /** Completes once, never fails. */
    public Future<Ended> ended() {
        return ended.future();
    }

    /**
     * Completes when the server has answered for every proxy the first time, with those that it published; fails with a
     * sentence if the client could not start.
     */
    public Future<List<Published>> ready() {
        return deployed.compose(id -> verticle.decided()).map(TunnelClient::published);
    }

    private static List<Published> published(Map<String, ProxyResult> results) {
        return results.values().stream()
                .filter(ProxyResult.Accepted.class::isInstance)
                .map(ProxyResult.Accepted.class::cast)
                .map(TunnelClient::published)
                .toList();
    }

    private static Published published(ProxyResult.Accepted accepted) {
        String address = accepted.publicAddress();
        int colon = address.lastIndexOf(':');
        return new Published(
                accepted.proxy(),
                address.substring(0, colon).replace("[", "").replace("]", ""),
                Integer.parseInt(address.substring(colon + 1)));
    }

    /** Figures of this client. */
    public ClientMetrics metrics() {
        return verticle.metrics();
    }

    /** GOAWAY(bye), waits for what runs ({@code drain_timeout} at most), then closes. */
    public Future<Void> shutdown() {
        return deployed.compose(id -> verticle.leave()
                        .transform(left ->
                                vertx.deploymentIDs().contains(id) ? vertx.undeploy(id) : Future.succeededFuture()))
                .onComplete(done -> ended.tryComplete(new Ended.Stopped()));
    }
}
