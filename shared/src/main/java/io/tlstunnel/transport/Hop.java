package io.tlstunnel.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Brings an answer back to the context that asked. */
public final class Hop {
    private Hop() {}

    /** The same outcome, told on {@code context}, whatever thread it comes from. */
    public static <T> Future<T> to(Context context, Future<T> elsewhere) {
        Promise<T> here = Promise.promise();
        elsewhere.onComplete(
                result -> context.runOnContext(ignored -> here.complete(result)),
                failure -> context.runOnContext(ignored -> here.fail(failure)));
        return here.future();
    }
}
