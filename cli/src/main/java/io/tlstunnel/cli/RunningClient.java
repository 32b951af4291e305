package io.tlstunnel.cli;

import io.tlstunnel.client.Ended;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.reload.Reloader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client, its end as an exit code.
 *
 * @param hasFile whether there is a file to read again
 */
record RunningClient(TunnelClient client, boolean hasFile) implements Running {
    private static final Logger LOG = LoggerFactory.getLogger(RunningClient.class);

    /**
     * Runs a client until it ends. Blocks.
     *
     * @param started told when it has been started
     */
    static int run(ClientConfig config, Consumer<TunnelClient> started) {
        return run(config, null, started);
    }

    /** The same for a client whose configuration is read again when it changes. */
    static int run(ClientConfig config, Reloader.Source<ClientConfig> source) {
        return run(config, source, client -> {});
    }

    private static int run(
            ClientConfig config, Reloader.@Nullable Source<ClientConfig> source, Consumer<TunnelClient> started) {
        final ClientMetrics metrics = new ClientMetrics(config.admin());
        final VertxBuilder builder =
                config.admin().enabled() ? metrics.registry().vertx(new VertxOptions()) : Vertx.builder();
        return Supervisor.run(builder, config.engine(), config.timing().drainTimeout(), vertx -> {
                    final TunnelClient client = TunnelClient.start(vertx, config, metrics, source);
                    started.accept(client);
                    return Future.succeededFuture(new RunningClient(client, source != null));
                })
                .code();
    }

    @Override
    public Future<Exit> ended() {
        return client.ended().compose(RunningClient::exit);
    }

    @Override
    public boolean reload() {
        if (hasFile) {
            client.reload().onFailure(failure -> LOG.warn("the client cannot reload its configuration", failure));
        }
        return hasFile;
    }

    @Override
    public Future<Void> shutdown() {
        return client.shutdown();
    }

    private static Future<Exit> exit(Ended ended) {
        if (ended instanceof Ended.Superseded superseded) {
            return Future.failedFuture(new CliException(Exit.SUPERSEDED, superseded.sentence()));
        }
        if (ended instanceof Ended.Failed failed) {
            return Future.failedFuture(new CliException(Exit.RUNTIME, failed.sentence()));
        }
        return Future.succeededFuture(Exit.OK);
    }
}
