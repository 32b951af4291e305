package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.FarSocket;
import org.jspecify.annotations.Nullable;

/** What belongs to a stream and moves with it: its far socket and its counters. Called on the stream's thread. */
public interface Companion {

    /** The stream goes to the thread of {@code next}. Whatever is left on this thread is taken down here. */
    void leave(TunnelHandle next);

    /** The far socket as seen from the thread of {@code next}, or null while it is being connected. */
    @Nullable
    FarSocket follow(TunnelHandle next);

    /** The stream has come to the thread of {@code here}. */
    void arrive(TunnelHandle here);
}
