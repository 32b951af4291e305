package io.tlstunnel.mux.relay;

import io.tlstunnel.mux.Tunnel;
import org.jspecify.annotations.Nullable;

/** The links of this node, by the incarnation of the node at their other end. Called on the thread of the relay. */
public interface Links {

    /** A link to that incarnation, on the same thread, or null. */
    @Nullable
    Tunnel find(long incarnation);

    /** Whether that incarnation has not been a member for so long that it will not come back. */
    boolean isGone(long incarnation);
}
