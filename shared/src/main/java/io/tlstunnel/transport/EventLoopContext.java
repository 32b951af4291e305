package io.tlstunnel.transport;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * A Vert.x context and the Netty loop it runs on. A Netty handler calls into Vert.x-level code between {@link #enter}
 * and {@link #leave}, so that timers and futures made there belong to this context instead of to a new one on some other
 * loop.
 */
public final class EventLoopContext {
    private final ContextInternal context;

    EventLoopContext(ContextInternal context) {
        this.context = context;
    }

    /** The context. */
    public Context context() {
        return context;
    }

    /** The loop that runs it. */
    public EventLoop eventLoop() {
        return context.nettyEventLoop();
    }

    /** Makes this the current context of the calling thread, which must be the loop's. */
    public @Nullable Object enter() {
        return context.beginDispatch();
    }

    /**
     * Ends what {@link #enter} began.
     *
     * @param previous what {@code enter} returned
     */
    public void leave(@Nullable Object previous) {
        context.endDispatch((ContextInternal) previous);
    }

    /** Runs {@code task} on the loop, as this context, at once if this is the loop's thread. */
    public void run(Runnable task) {
        if (eventLoop().inEventLoop()) {
            Object previous = enter();
            try {
                task.run();
            } finally {
                leave(previous);
            }
        } else {
            eventLoop().execute(() -> run(task));
        }
    }

    /** A promise whose future calls its handlers on this context. */
    public <T> Promise<T> promise() {
        return context.promise();
    }
}
