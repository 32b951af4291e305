package io.tlstunnel.client;

import io.tlstunnel.config.ClientConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/** A running client. Methods may be called from any thread. */
public final class TunnelClient {

    private final Promise<Ended> ended = Promise.promise();

    private TunnelClient() {}

    /** Dials and keeps the tunnels up until {@link #shutdown} or until it cannot go on. */
    public static TunnelClient start(Vertx vertx, ClientConfig config) {
        return new TunnelClient();
    }

    /** Completes once, never fails. */
    public Future<Ended> ended() {
        return ended.future();
    }

    /** Completes when the server has answered for every proxy the first time. */
    public Future<List<Published>> ready() {
        return Future.succeededFuture(List.of());
    }

    /** GOAWAY(bye), waits for what runs ({@code drain_timeout} at most), then closes. */
    public Future<Void> shutdown() {
        ended.tryComplete(new Ended.Stopped());
        return Future.succeededFuture();
    }
}
