package io.tlstunnel.transport.socket;

import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.Context;

/** A connection whose socket lives on another thread. */
record HoppingConnection(FarConnection real, Context context, HoppingFarSocket socket) implements WrappedConnection {

    static HoppingConnection over(FarConnection real, Context wanted) {
        HoppingFarSocket hop = new HoppingFarSocket(real.context(), wanted);
        real.context().runOnContext(v -> hop.connect(real.socket()));
        return new HoppingConnection(real, wanted, hop);
    }

    /** Between the threads: {@link #arrived} is to follow. On the real socket's thread, where its stream was so far. */
    static HoppingConnection departing(FarConnection real, Context next, FarSocketListener stream) {
        HoppingFarSocket hop = new HoppingFarSocket(real.context(), next);
        hop.depart();
        hop.listener(stream);
        real.listener(hop.connect(real.socket()));
        return new HoppingConnection(real, next, hop);
    }

    @Override
    public FarConnection follow(Context next, FarSocketListener stream) {
        socket.depart();
        return new HoppingConnection(real, next, socket);
    }

    @Override
    public void arrived() {
        socket.arrive(context);
    }

    /** Starts the real connection only now: it keeps what went wrong before. */
    @Override
    public void start(FarSocketListener listener) {
        socket.listener(listener);
        real.context().runOnContext(v -> real.start(socket.inbound()));
    }

    @Override
    public void listener(FarSocketListener listener) {
        socket.listener(listener);
    }
}
