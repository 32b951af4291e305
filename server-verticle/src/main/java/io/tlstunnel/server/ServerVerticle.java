package io.tlstunnel.server;

import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.server.admin.ServerMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node as a verticle: {@code vertx run io.tlstunnel.server.ServerVerticle -conf server.toml}. */
public final class ServerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ServerVerticle.class);

    /** Stands for the file of a configuration that came as a tree: relative paths go by the working directory. */
    private static final Path ORIGIN = Path.of("server.toml");

    private final @Nullable ServerConfig given;
    private final @Nullable ServerMetrics metrics;
    private @Nullable Node node;

    /** For the launcher: takes its configuration from the deployment. */
    public ServerVerticle() {
        this.given = null;
        this.metrics = null;
    }

    ServerVerticle(ServerConfig config, ServerMetrics metrics) {
        this.given = config;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        return configuration().compose(config -> {
            ServerMetrics counted = metrics != null ? metrics : new ServerMetrics(config.admin());
            return Node.start(vertx, context, config, counted).onSuccess(started -> node = started);
        });
    }

    private Future<ServerConfig> configuration() {
        if (given != null) {
            return Future.succeededFuture(given);
        }
        return vertx.executeBlocking(
                        () -> ConfigFiles.serverFrom(config(), ConfigFiles.fileOf(config(), ORIGIN), System.getenv()))
                .map(loaded -> {
                    loaded.warnings()
                            .forEach(warning -> LOG.atWarn()
                                    .setMessage("configuration")
                                    .addKeyValue("warning", warning)
                                    .log());
                    return loaded.config();
                });
    }

    Node node() {
        if (node == null) {
            throw new IllegalStateException("not started");
        }
        return node;
    }

    /** Drains. Any thread. */
    Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        context.runOnContext(ignored -> node().drain().onComplete(drained));
        return drained.future();
    }

    @Override
    public Future<?> stop() {
        return node == null ? Future.succeededFuture() : node.close();
    }
}
