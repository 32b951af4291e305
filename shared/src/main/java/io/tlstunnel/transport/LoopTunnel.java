package io.tlstunnel.transport;

import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.resume.TunnelHandle;
import io.vertx.core.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tunnel on an event loop. Subclasses say what its owner does about it. */
public abstract class LoopTunnel implements TunnelHandle {
    private final EventLoopContext loop;
    private final Timers timers;
    private @Nullable Tunnel tunnel;
    private boolean flushing;

    /** @param loop where it lives */
    protected LoopTunnel(EventLoopContext loop) {
        this.loop = loop;
        this.timers = new LoopTimers(loop);
    }

    /** The tunnel is there; before any other call. */
    protected final void tunnel(Tunnel started) {
        tunnel = started;
    }

    /** The context that its streams live on. Any thread. */
    public final Context context() {
        return loop.context();
    }

    @Override
    public final Tunnel tunnel() {
        return Objects.requireNonNull(tunnel, "start comes first");
    }

    @Override
    public final void run(Runnable task) {
        loop.context().runOnContext(ignored -> task.run());
    }

    @Override
    public final boolean sharesThread(TunnelHandle other) {
        return other instanceof LoopTunnel tunnels && tunnels.loop.eventLoop() == loop.eventLoop();
    }

    @Override
    public final void flushSoon() {
        if (!flushing) {
            flushing = true;
            run(() -> {
                flushing = false;
                tunnel().flush();
            });
        }
    }

    @Override
    public final long nanoTime() {
        return timers.nanoTime();
    }

    @Override
    public final void runLater(long delayNanos, Runnable task) {
        timers.schedule(delayNanos, task);
    }
}
