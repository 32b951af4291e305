package io.tlstunnel.transport.socket;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;

/** Accepted on the plain path: a paused socket on the loop that accepted it. */
record PlainAcceptedSocket(PlainFarConnection connection) implements AcceptedSocket {

    @Override
    public InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
        return connection.localAddress();
    }

    @Override
    public Future<FarConnection> attach(Context wanted) {
        Promise<FarConnection> promise = VertxLoops.promise(wanted);
        wanted.runOnContext(v -> promise.complete(HoppingFarSocket.hop(connection, wanted)));
        return promise.future();
    }

    @Override
    public void reject() {
        connection.context().runOnContext(v -> connection.socket().reset(0));
    }
}
