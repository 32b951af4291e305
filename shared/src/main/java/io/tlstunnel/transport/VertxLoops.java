package io.tlstunnel.transport;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;

/** The event loops of a Vert.x, which its public API does not name. Any thread. */
public final class VertxLoops {

    private VertxLoops() {}

    /** All of them, also those that have had nothing to do yet. */
    public static List<EventExecutor> of(Vertx vertx) {
        final List<EventExecutor> loops = new ArrayList<>();
        ((VertxInternal) vertx).eventLoopGroup().forEach(loops::add);
        return List.copyOf(loops);
    }
}
