package io.tlstunnel.cli;

import io.vertx.core.Future;

/** A server or a client (or both, in the demo) that was started. */
interface Running {

    /** Completes when it has ended, by itself or after {@link #shutdown}; fails with a sentence. */
    Future<Exit> ended();

    /** Reads its configuration again. Returns false if it has no file to read. */
    default boolean reload() {
        return false;
    }

    /** Finishes what runs, then closes; completes when that is done. */
    Future<Void> shutdown();
}
