package io.tlstunnel.cli;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Prints its configuration; {@code "end": true} in it closes Vert.x from inside. */
public final class ShowConfigVerticle extends VerticleBase {

    @Override
    @SuppressWarnings("SystemOut") // what the test reads
    public Future<?> start() {
        System.out.println("config " + config().encode());
        if (config().getBoolean("end", false)) {
            vertx.setTimer(1, timer -> vertx.close());
        }
        return Future.succeededFuture();
    }

    @Override
    @SuppressWarnings("SystemOut") // what the test reads
    public Future<?> stop() {
        System.out.println("stopped");
        return Future.succeededFuture();
    }
}
