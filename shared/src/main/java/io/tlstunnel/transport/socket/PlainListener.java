package io.tlstunnel.transport.socket;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts on the plain path, on one context. A connection is registered with that context's loop from the start; Vert.x
 * itself pauses for a second when accepting fails, and logs each time.
 */
final class PlainListener implements PublicListener {

    private static final Logger LOG = LoggerFactory.getLogger(PlainListener.class);

    /** Closing a server closes what it accepted; shutting down gives it time, of which it shall have enough. */
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    private final NetServer server;
    private final InetSocketAddress address;
    private final Promise<Void> closed = Promise.promise();
    private final AtomicBoolean closing = new AtomicBoolean();

    private PlainListener(NetServer server, InetSocketAddress address) {
        this.server = server;
        this.address = address;
    }

    static Future<PlainListener> bind(
            Vertx vertx, Context context, InetSocketAddress address, Consumer<AcceptedSocket> acceptor) {
        Promise<PlainListener> promise = Promise.promise();
        context.runOnContext(v -> {
            NetServer server = vertx.createNetServer(new NetServerOptions()
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setReuseAddress(true)
                    .setAcceptBacklog(NettyListener.BACKLOG));
            Promise<PlainListener> listening = Promise.promise();
            server.connectHandler(socket -> accepted(context, socket, server, listening, acceptor));
            server.listen(SocketAddress.inetSocketAddress(address))
                    .map(bound ->
                            new PlainListener(server, new InetSocketAddress(address.getAddress(), bound.actualPort())))
                    .onSuccess(listening::complete)
                    .onComplete(promise);
        });
        return promise.future();
    }

    private static void accepted(
            Context context,
            NetSocket socket,
            NetServer server,
            Promise<PlainListener> listening,
            Consumer<AcceptedSocket> acceptor) {
        socket.pause();
        SocketAddress remote = socket.remoteAddress();
        if (remote == null || remote.hostAddress() == null) {
            // Gone while it waited to be accepted.
            socket.close();
            return;
        }
        // The server is kept reachable as long as its sockets are: Vert.x closes both when it is collected.
        PlainFarConnection connection = PlainFarConnection.on(context, socket, PlainFarConnection.inet(remote), server);
        socket.shutdownHandler(left -> listening.future().onSuccess(listener -> listener.closed.tryComplete()));
        try {
            acceptor.accept(new PlainAcceptedSocket(connection));
        } catch (RuntimeException fault) {
            LOG.error("a connection from {} could not be handed over", connection.remoteAddress(), fault);
            connection.socket().close();
        }
    }

    void onClosed(Runnable then) {
        closed.future().onComplete(done -> then.run());
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Future<Void> close() {
        if (closing.compareAndSet(false, true)) {
            server.shutdown(FOR_EVER).onSuccess(all -> closed.tryComplete()).onFailure(closed::tryFail);
        }
        return closed.future();
    }
}
