package io.tlstunnel.server.tunnel;

import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.wire.StreamId;
import org.jspecify.annotations.Nullable;

/** What a client's tunnel has to do with the other nodes. */
public interface Relaying {

    /** On a single node: nothing. */
    Relaying NONE = new Relaying() {
        @Override
        public int loopOf(EventLoopContext loop) {
            return 0;
        }

        @Override
        public @Nullable Relay begin(ServerTunnel tunnel, int loop) {
            return null;
        }

        @Override
        public void end(ServerTunnel tunnel, int loop) {
            // Nothing began.
        }

        @Override
        public boolean isOwn(StreamId stream) {
            return true;
        }
    };

    /** The number of a loop in links. Any thread. */
    int loopOf(EventLoopContext loop);

    /** The tunnel is up: visitors of other nodes can come. On its context. */
    @Nullable
    Relay begin(ServerTunnel tunnel, int loop);

    /** The tunnel is gone. On its context. */
    void end(ServerTunnel tunnel, int loop);

    /** Whether a stream entered this node. Any thread. */
    boolean isOwn(StreamId stream);
}
