package io.tlstunnel.client.local;

import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.mux.resume.TunnelHandle;
import io.vertx.core.Context;

/** A tunnel as its streams see it. On its thread, but for {@link #context}. */
public interface ServedTunnel extends TunnelHandle {

    /** The context that its streams live on. Any thread. */
    Context context();

    /** Where its streams' bytes are counted while they run. */
    LiveTraffic traffic();

    /** A stream of its session has come from another tunnel. */
    void streamArrived();
}
