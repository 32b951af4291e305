package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;

/** What the owner of a link wants to know: a {@link Tunnel} whose peer is a node. Called on the link's thread. */
public interface LinkListener extends TunnelListener {

    /**
     * The peer, where a visitor came in, opens a channel to a client of this node. The owner passes it on to a tunnel of
     * that client, or refuses by {@link Tunnel#refuse}; before this returns.
     */
    void relay(Frame.Open open);

    /**
     * The peer did not pass on a stream that was opened here: it has been too busy, or has lost the client. The stream is
     * suspended as if nothing had been sent; the owner opens it again, on another way or a little later.
     *
     * @param code {@link ResetCode#BUSY} or {@link ResetCode#NOT_HERE}
     */
    void refused(Stream stream, ResetCode code);
}
