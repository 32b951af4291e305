package io.tlstunnel.transport.socket;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The plain path: bytes travel through the public Vert.x API. */
final class PlainFarSockets implements FarSockets {

    private final Vertx vertx;
    private final NetClient client;

    /** Vert.x lets two servers of one instance share a port in silence; here that is an error. */
    private final Set<InetSocketAddress> published = ConcurrentHashMap.newKeySet();

    PlainFarSockets(Vertx vertx) {
        this.vertx = vertx;
        this.client = vertx.createNetClient(
                new NetClientOptions().setTcpNoDelay(true).setTcpKeepAlive(true).setReconnectAttempts(0));
    }

    @Override
    public Dial dial(Context context, String host, int port, long connectTimeoutMillis) {
        return DialAttempts.start(
                context, host, port, connectTimeoutMillis, (address, timeout) -> attempt(context, address, timeout));
    }

    @Override
    public Future<PublicListener> listen(
            Context context, String bindAddr, int port, Consumer<AcceptedSocket> acceptor) {
        return Addresses.of(context, bindAddr)
                .compose(addresses -> bind(context, new InetSocketAddress(addresses.get(0), port), acceptor))
                .recover(cause -> Future.failedFuture(ListenException.of(bindAddr, port, cause)));
    }

    private Future<PublicListener> bind(Context context, InetSocketAddress address, Consumer<AcceptedSocket> acceptor) {
        boolean fixed = address.getPort() != 0;
        if (fixed && !published.add(address)) {
            return Future.failedFuture(new BindException("Address already in use"));
        }
        return PlainListener.bind(vertx, context, address, acceptor)
                .onSuccess(listener -> listener.onClosed(() -> release(fixed, address)))
                .onFailure(cause -> release(fixed, address))
                .map(listener -> listener);
    }

    private void release(boolean fixed, InetSocketAddress address) {
        if (fixed) {
            published.remove(address);
        }
    }

    private DialAttempts.Attempt attempt(Context context, InetSocketAddress address, int timeoutMillis) {
        Promise<FarConnection> promise = Promise.promise();
        ConnectOptions options = new ConnectOptions()
                .setRemoteAddress(SocketAddress.inetSocketAddress(address))
                .setTimeout(timeoutMillis);
        context.runOnContext(v -> client.connect(options)
                .onSuccess(socket -> promise.complete(connection(context, socket, address)))
                .onFailure(promise::fail));
        return new PlainAttempt(promise.future());
    }

    private FarConnection connection(Context context, NetSocket socket, InetSocketAddress address) {
        return PlainFarConnection.on(context, socket, address, client);
    }

    /** Vert.x cannot take a connect back: {@link DialAttempts} closes what still comes. */
    private record PlainAttempt(Future<FarConnection> connection) implements DialAttempts.Attempt {
        @Override
        public void abandon() {}
    }
}
