package io.tlstunnel.cli;

import io.tlstunnel.client.Ended;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.ClientConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.function.Consumer;

/** A client, its end as an exit code. */
record RunningClient(TunnelClient client) implements Running {

    /**
     * Runs a client until it ends. Blocks.
     *
     * @param started told when it has been started
     */
    static int run(ClientConfig config, Consumer<TunnelClient> started) {
        final ClientMetrics metrics = new ClientMetrics(config.admin());
        final VertxBuilder builder =
                config.admin().enabled() ? metrics.registry().vertx(new VertxOptions()) : Vertx.builder();
        return Supervisor.run(builder, config.engine(), config.timing().drainTimeout(), vertx -> {
                    final TunnelClient client = TunnelClient.start(vertx, config, metrics);
                    started.accept(client);
                    return Future.succeededFuture(new RunningClient(client));
                })
                .code();
    }

    @Override
    public Future<Exit> ended() {
        return client.ended().compose(RunningClient::exit);
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
