package io.tlstunnel.server.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Brings what the cluster's Vert.x answers back to a context of the node's own. */
final class Hop {
    private Hop() {}

    /** The same outcome, told on {@code context}. */
    static <T> Future<T> to(Context context, Future<T> elsewhere) {
        Promise<T> here = Promise.promise();
        elsewhere.onComplete(
                result -> context.runOnContext(ignored -> here.complete(result)),
                failure -> context.runOnContext(ignored -> here.fail(failure)));
        return here.future();
    }
}
