package io.tlstunnel.transport.socket;

import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.Context;
import java.net.InetSocketAddress;
import java.util.function.Function;

/**
 * A connected far socket. Nothing is read from it before its stream asks; what goes wrong before {@link #start} is told
 * after it. All calls on {@link #context}'s thread, except {@link #context} and the addresses.
 */
public interface FarConnection {

    /** The context on whose thread the socket is called and calls its listener. */
    Context context();

    /** The peer's address. */
    InetSocketAddress remoteAddress();

    /** This side's address. */
    InetSocketAddress localAddress();

    /** The socket; the same one each time. Usable for {@code close} and {@code reset} without a start too. */
    FarSocket socket();

    /** Names the listener. Called once; the listener is called later, never from within. */
    void start(FarSocketListener listener);

    /** Replaces the listener, between two calls to it. */
    void listener(FarSocketListener listener);

    /**
     * The same connection for a stream that goes to the thread of {@code next}. What the socket has to say waits until
     * {@link #arrived} is called there.
     *
     * @param stream the listener so far, and from then on
     */
    default FarConnection follow(Context next, FarSocketListener stream) {
        return HoppingConnection.departing(this, next, stream);
    }

    /** The stream has come to the thread that {@link #follow} named. On that thread. */
    default void arrived() {
        // Only a connection that followed its stream has waited.
    }

    /** Starts with a listener that needs the socket to be made. */
    default <L extends FarSocketListener> L start(Function<? super FarSocket, L> stream) {
        L listener = stream.apply(socket());
        start(listener);
        return listener;
    }
}
