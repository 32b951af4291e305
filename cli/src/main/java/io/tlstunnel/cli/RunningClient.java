package io.tlstunnel.cli;

import io.tlstunnel.client.Ended;
import io.tlstunnel.client.TunnelClient;
import io.vertx.core.Future;

/** A client, its end as an exit code. */
record RunningClient(TunnelClient client) implements Running {

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
