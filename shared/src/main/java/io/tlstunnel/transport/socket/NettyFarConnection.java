package io.tlstunnel.transport.socket;

import io.netty.channel.socket.SocketChannel;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.Context;
import java.net.InetSocketAddress;

/** A connection of the fast path. The addresses are kept: a closed channel has none. */
record NettyFarConnection(
        Context context, InetSocketAddress remoteAddress, InetSocketAddress localAddress, NettyFarSocket netty)
        implements FarConnection {

    /**
     * Puts a far socket onto a channel that is, or is going to be, registered with the loop of {@code context}. Before
     * that, where it can be: the first event may come with the registration.
     */
    static NettyFarConnection on(Context context, SocketChannel channel, ReadDemand demand, InetSocketAddress remote) {
        NettyFarSocket socket = new NettyFarSocket(channel, VertxLoops.of(context), demand);
        channel.pipeline().addLast(socket);
        return new NettyFarConnection(context, remote, channel.localAddress(), socket);
    }

    @Override
    public FarSocket socket() {
        return netty;
    }

    @Override
    public void start(FarSocketListener listener) {
        netty.start(listener);
    }

    @Override
    public void listener(FarSocketListener listener) {
        netty.listener(listener);
    }
}
