package io.tlstunnel.mux;

import io.tlstunnel.mux.resume.Companion;
import io.tlstunnel.mux.resume.TunnelHandle;
import org.jspecify.annotations.Nullable;

/** A far socket that is the same on every simulated thread. */
record SameSocket(Stream stream) implements Companion {
    @Override
    public void leave(TunnelHandle next) {
        // Nothing of it belongs to a thread.
    }

    @Override
    public @Nullable FarSocket follow(TunnelHandle next) {
        return stream.far();
    }

    @Override
    public void arrive(TunnelHandle here) {
        // Nothing of it belongs to a thread.
    }
}
