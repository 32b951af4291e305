package io.tlstunnel.transport.socket;

import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A visitor's connection by a balancer, whose PROXY header has been read. It stays on the loop where that was done, and
 * hops when its tunnel is on another one.
 */
record HeadedSocket(Headed connection) implements AcceptedSocket {

    /** @param source whom the header names, or null: the balancer itself */
    static HeadedSocket of(FarConnection connection, HeaderReading reading, @Nullable InetSocketAddress source) {
        return new HeadedSocket(new Headed(connection, reading, source == null ? connection.remoteAddress() : source));
    }

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

    @Override
    public String toString() {
        return remoteAddress() + " on " + localAddress();
    }

    /** The connection as the stream sees it. */
    private record Headed(FarConnection real, HeaderReading reading, InetSocketAddress remoteAddress)
            implements WrappedConnection {

        @Override
        public Context context() {
            return real.context();
        }

        @Override
        public FarSocket socket() {
            return real.socket();
        }

        @Override
        public void start(FarSocketListener listener) {
            reading.handOver(listener);
        }

        @Override
        public void listener(FarSocketListener listener) {
            real.listener(listener);
        }
    }
}
