package io.tlstunnel.metrics;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Reads the configuration again: the one thing that can be asked of the admin port. Any thread. */
@FunctionalInterface
public interface AdminReload {
    /** What came of it; its {@code applied} says whether the file could be used. */
    Future<JsonObject> reload();
}
