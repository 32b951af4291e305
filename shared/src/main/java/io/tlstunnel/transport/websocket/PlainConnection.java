package io.tlstunnel.transport.websocket;

import io.tlstunnel.mux.Carrier;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.vertx.core.Context;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection on the plain path: Vert.x's own WebSocket. */
public final class PlainConnection implements CarrierConnection {
    /** Largest frame that Vert.x may gather for us, in bytes: above the largest message that is ever sent (1 MiB). */
    public static final int MAX_FRAME = 2 * 1024 * 1024;

    /** Seconds of silence after which Vert.x closes a socket that was dropped here: any tunnel pings more often. */
    public static final int IDLE_SECONDS = 60;

    private final EventLoopContext loop;
    private final WebSocketBase socket;
    private final PlainCarrier carrier;
    private byte @Nullable [] leaf;
    private boolean leafTrusted;
    private @Nullable InetSocketAddress remote;

    /**
     * Takes over {@code socket}, which need not be connected yet. On the context.
     *
     * @param owner is told when the socket is gone, perhaps more than once. It holds the client or server that the socket
     *     belongs to: Vert.x closes one, and its sockets with it, once nobody holds it.
     */
    public PlainConnection(EventLoopContext loop, WebSocketBase socket, Consumer<PlainConnection> owner) {
        this.loop = loop;
        this.socket = socket;
        this.carrier = new PlainCarrier(loop, socket, () -> owner.accept(this));
    }

    /**
     * The socket is connected.
     *
     * @param leafSha256 as {@link CarrierConnection#leafSha256}
     * @param trusted as {@link CarrierConnection#leafTrusted}
     */
    public PlainConnection connected(byte @Nullable [] leafSha256, boolean trusted) {
        leaf = leafSha256;
        leafTrusted = trusted;
        carrier.connected();
        return this;
    }

    /** Who is at the other end, whatever lies in between. */
    public PlainConnection comingFrom(InetSocketAddress client) {
        remote = client;
        return this;
    }

    /** The port it came by is about to shut down, which would end it too: it stays. On the context. */
    public void outlivePort() {
        if (!socket.isClosed()) {
            socket.shutdownHandler(asked -> {});
        }
    }

    @Override
    public Context context() {
        return loop.context();
    }

    @Override
    public Carrier carrier() {
        return carrier;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote == null ? address(socket.remoteAddress()) : remote;
    }

    @Override
    public InetSocketAddress localAddress() {
        return address(socket.localAddress());
    }

    @Override
    public byte @Nullable [] leafSha256() {
        return leaf == null ? null : leaf.clone();
    }

    @Override
    public boolean leafTrusted() {
        return leafTrusted;
    }

    @Override
    public void start(CarrierListener listener) {
        carrier.start(listener);
    }

    @Override
    public void listener(CarrierListener listener) {
        carrier.listener(listener);
    }

    /** Vert.x keeps addresses as text; an IP address needs no look-up. */
    private static InetSocketAddress address(SocketAddress address) {
        String host = address.hostAddress() == null ? address.host() : address.hostAddress();
        return new InetSocketAddress(host, address.port());
    }
}
