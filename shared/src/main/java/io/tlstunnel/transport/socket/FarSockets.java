package io.tlstunnel.transport.socket;

import io.tlstunnel.config.Engine.DataPath;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;

/** Makes far sockets: dials local services and publishes ports. Contexts must be event-loop contexts. */
public interface FarSockets {

    /** Far sockets of that data path. */
    static FarSockets of(DataPath path, Vertx vertx) {
        return switch (path) {
            case FAST -> new NettyFarSockets(vertx);
            case PLAIN -> new PlainFarSockets(vertx);
        };
    }

    /**
     * Dials a service: every address of {@code host} in turn, until one answers. Names are looked up off the loop.
     * Called on {@code context}'s thread.
     *
     * @param host name or IP literal
     * @param connectTimeoutMillis for all of it
     */
    Dial dial(Context context, String host, int port, long connectTimeoutMillis);

    /**
     * Publishes a port.
     *
     * @param context accepts, and calls {@code acceptor}, on its thread
     * @param bindAddr IP literal or name of an interface's address
     * @param port 0 for any
     * @return fails with a {@link ListenException}
     */
    Future<PublicListener> listen(Context context, String bindAddr, int port, Consumer<AcceptedSocket> acceptor);
}
