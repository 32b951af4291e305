package io.tlstunnel.server;

import io.tlstunnel.config.ConfigChanges;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.metrics.AdminReload;
import io.tlstunnel.reload.Reloaded;
import io.tlstunnel.reload.Reloader;
import io.tlstunnel.server.admin.ServerMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Duration;
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
    private Reloader.@Nullable Source<ServerConfig> source;
    private volatile @Nullable Reloader<ServerConfig> reloader;
    private @Nullable Node node;

    /** For the launcher: takes its configuration from the deployment, and watches its file if it came from one. */
    public ServerVerticle() {
        this.given = null;
        this.metrics = null;
    }

    ServerVerticle(ServerConfig config, ServerMetrics metrics, Reloader.@Nullable Source<ServerConfig> source) {
        this.given = config;
        this.metrics = metrics;
        this.source = source;
    }

    @Override
    public Future<?> start() {
        return configuration().compose(config -> {
            ServerMetrics counted = metrics != null ? metrics : new ServerMetrics(config.admin());
            AdminReload reload = source == null ? null : () -> reload().map(Reloaded::toJson);
            return Node.start(vertx, context, config, counted, reload).onSuccess(started -> {
                node = started;
                watch(config.reloadInterval(), counted);
            });
        });
    }

    private void watch(Duration interval, ServerMetrics counted) {
        if (source != null) {
            Reloader<ServerConfig> made =
                    new Reloader<>(vertx, source, this::renew, reloaded -> counted.reloaded(reloaded.outcome()));
            reloader = made;
            made.watch(interval);
        }
    }

    private Future<ConfigChanges> renew(ServerConfig next) {
        return node().renew(next).onSuccess(changes -> {
            Reloader<ServerConfig> known = reloader;
            if (known != null) {
                known.watch(next.reloadInterval());
            }
        });
    }

    private Future<ServerConfig> configuration() {
        if (given != null) {
            return Future.succeededFuture(given);
        }
        Path file = ConfigFiles.fileOf(config(), ORIGIN);
        if (ConfigFiles.isFromFile(config())) {
            source = new Reloader.Source<>(file, () -> ConfigFiles.loadServer(file, System.getenv()), applied -> {});
        }
        return vertx.executeBlocking(() -> ConfigFiles.serverFrom(config(), file, System.getenv()))
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

    /** Reads the configuration again. Any thread. */
    Future<Reloaded> reload() {
        Reloader<ServerConfig> known = reloader;
        return known == null
                ? Future.failedFuture("this server was started without a file to read again")
                : known.reload();
    }

    /** Drains. Any thread. */
    Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        context.runOnContext(ignored -> node().drain().onComplete(drained));
        return drained.future();
    }

    @Override
    public Future<?> stop() {
        Reloader<ServerConfig> known = reloader;
        if (known != null) {
            known.close();
        }
        return node == null ? Future.succeededFuture() : node.close();
    }
}
