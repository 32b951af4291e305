package io.tlstunnel.transport.socket;

import io.netty.channel.socket.SocketChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;

/** Accepted on the fast path: a channel that is registered with no loop yet. */
record NettyAcceptedSocket(
        SocketChannel channel, ReadDemand demand, InetSocketAddress remoteAddress, InetSocketAddress localAddress)
        implements AcceptedSocket {

    @Override
    public Future<FarConnection> attach(Context wanted) {
        Promise<FarConnection> promise = VertxLoops.promise(wanted);
        FarConnection connection = NettyFarConnection.on(wanted, channel, demand, remoteAddress);
        VertxLoops.of(wanted).register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                promise.complete(connection);
            } else {
                CloseNow.unregistered(channel);
                promise.fail(registered.cause());
            }
        });
        return promise.future();
    }

    @Override
    public void reject() {
        CloseNow.unregisteredWithReset(channel);
    }

    @Override
    public String toString() {
        return remoteAddress + " on " + localAddress;
    }
}
