package io.tlstunnel.server.tunnel;

import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.mux.OpenRequest;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.TunnelListener;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.LoopTunnel;
import io.tlstunnel.wire.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * What the streams of this node's visitors run on: a client's tunnel, or a link to a node that has one. Lives on its
 * connection's context; what says so may be called on any thread.
 */
public abstract class NodeTunnel extends LoopTunnel implements TunnelListener {
    private static final long SWEEP_MILLIS = 1_000;

    private final ServerMetrics metrics;
    private final LiveTraffic traffic = new LiveTraffic();
    private final Promise<Void> ended = Promise.promise();
    private long sweeper;
    private volatile boolean open = true;
    private volatile int streams;

    protected NodeTunnel(EventLoopContext loop, ServerMetrics metrics) {
        super(loop);
        this.metrics = metrics;
    }

    /** Before anything else: the tunnel that tells this listener. */
    protected void start(Tunnel started) {
        tunnel(started);
        sweeper = context().owner().setPeriodic(SWEEP_MILLIS, ignored -> traffic.sweep());
        started.ping();
    }

    protected final ServerMetrics metrics() {
        return metrics;
    }

    /** Where its streams' bytes are counted while they run. On its context. */
    public final LiveTraffic traffic() {
        return traffic;
    }

    /** Whether it takes new streams. Any thread; {@link #open} decides. */
    public final boolean isOpen() {
        return open;
    }

    /** It takes no new streams from here on. Any thread. */
    protected final void opensNoMore() {
        open = false;
    }

    /** Streams on it, as of a moment ago. Any thread. */
    public final int streams() {
        return streams;
    }

    /**
     * Opens a stream. If this tunnel takes no more it is suspended, and has to wait for another one. On its context.
     */
    public final Stream open(OpenRequest request) {
        Tunnel current = tunnel();
        if (!current.isOpen()) {
            open = false;
        }
        Stream stream = current.open(request);
        streams = current.streams();
        return stream;
    }

    /** Sends what was opened in this turn. On its context. */
    public final void flush() {
        tunnel().readComplete();
    }

    /** A stream of it is over, or has come or gone. On its context. */
    public final void streamsChanged() {
        streams = tunnel().streams();
    }

    /** A stream has come from another tunnel. On its context. */
    public final void streamArrived() {
        metrics.streams().moved();
        streamsChanged();
    }

    /** Sends a frame on channel 0. Any thread. */
    public final void send(Frame frame) {
        context().runOnContext(ignored -> tunnel().send(frame));
    }

    /** Says why and closes; completes when it is closed. Any thread. */
    public final Future<Void> close(Frame.GoAway goAway) {
        open = false;
        context().runOnContext(ignored -> tunnel().close(goAway));
        return ended.future();
    }

    /** It is gone: nothing follows. On its context. */
    protected final void ended() {
        open = false;
        streams = 0;
        context().owner().cancelTimer(sweeper);
        ended.complete();
    }
}
