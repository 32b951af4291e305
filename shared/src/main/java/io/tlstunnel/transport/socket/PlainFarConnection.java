package io.tlstunnel.transport.socket;

import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.Context;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;

/** A connection of the plain path. */
record PlainFarConnection(
        Context context, InetSocketAddress remoteAddress, InetSocketAddress localAddress, PlainFarSocket plain)
        implements FarConnection {

    /**
     * Takes over a socket in the very turn in which Vert.x hands it over, before anything is read from it.
     *
     * @param owner the client or server that must not be collected before the socket
     */
    static PlainFarConnection on(Context context, NetSocket socket, InetSocketAddress remote, Object owner) {
        return new PlainFarConnection(context, remote, inet(socket.localAddress()), new PlainFarSocket(socket, owner));
    }

    /** An address of Vert.x, which has been resolved, as one of the JDK. */
    static InetSocketAddress inet(SocketAddress address) {
        return new InetSocketAddress(address.hostAddress(), address.port());
    }

    @Override
    public FarSocket socket() {
        return plain;
    }

    @Override
    public void start(FarSocketListener listener) {
        plain.start(listener);
    }

    @Override
    public void listener(FarSocketListener listener) {
        plain.listener(listener);
    }
}
