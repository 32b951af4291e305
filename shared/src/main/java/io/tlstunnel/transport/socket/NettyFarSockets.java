package io.tlstunnel.transport.socket;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The fast path. */
final class NettyFarSockets implements FarSockets {

    private final Vertx vertx;

    NettyFarSockets(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Dial dial(Context context, String host, int port, long connectTimeoutMillis) {
        return DialAttempts.start(
                context,
                host,
                port,
                connectTimeoutMillis,
                (address, timeout) -> new NettyAttempt(vertx, context, address, timeout));
    }

    @Override
    public Future<PublicListener> listen(
            Context context, String bindAddr, int port, Consumer<AcceptedSocket> acceptor) {
        return Addresses.of(context, bindAddr)
                .compose(addresses ->
                        NettyListener.bind(vertx, context, new InetSocketAddress(addresses.get(0), port), acceptor))
                .recover(cause -> Future.failedFuture(ListenException.of(bindAddr, port, cause)));
    }

    private static final class NettyAttempt implements DialAttempts.Attempt {

        private final Promise<FarConnection> promise = Promise.promise();
        private final Context context;
        private @Nullable SocketChannel channel;

        NettyAttempt(Vertx vertx, Context context, InetSocketAddress address, int timeoutMillis) {
            this.context = context;
            try {
                connect((SocketChannel) VertxLoops.sockets(vertx).newChannel(), address, timeoutMillis);
            } catch (ChannelException noDescriptor) {
                promise.fail(noDescriptor);
            }
        }

        private void connect(SocketChannel socket, InetSocketAddress address, int timeoutMillis) {
            channel = socket;
            ReadDemand demand = SocketSetup.apply(socket);
            socket.config().setConnectTimeoutMillis(timeoutMillis);
            VertxLoops.of(context).register(socket).addListener(registered -> {
                if (!registered.isSuccess()) {
                    promise.fail(registered.cause());
                    return;
                }
                socket.connect(address).addListener(connected -> {
                    if (connected.isSuccess()) {
                        complete(NettyFarConnection.on(context, socket, demand, address));
                    } else {
                        CloseNow.gracefully(socket);
                        context.runOnContext(v -> promise.fail(connected.cause()));
                    }
                });
            });
        }

        private void complete(FarConnection connection) {
            context.runOnContext(v -> promise.complete(connection));
        }

        @Override
        public Future<FarConnection> connection() {
            return promise.future();
        }

        @Override
        public void abandon() {
            if (channel != null) {
                CloseNow.gracefully(channel);
            }
        }
    }
}
