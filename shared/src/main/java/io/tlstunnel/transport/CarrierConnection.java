package io.tlstunnel.transport;

import io.tlstunnel.mux.Carrier;
import io.tlstunnel.mux.CarrierListener;
import io.vertx.core.Context;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A transport connection (dialled or accepted, TLS and upgrade done) that is ready for the tunnel handshake. Nothing is
 * read from it before {@link #start}. All calls on {@link #context}'s thread.
 */
public interface CarrierConnection {

    /** The event-loop context that owns the connection. */
    Context context();

    Carrier carrier();

    /** Address of the peer: of the client behind a PROXY header, else of the socket. */
    InetSocketAddress remoteAddress();

    /** Address of this side's socket. */
    InetSocketAddress localAddress();

    /**
     * SHA-256 of the DER leaf certificate that the dialling side was shown (dialling side) or that this node sent
     * (answering side); null where this connection has no TLS of its own.
     */
    byte @Nullable [] leafSha256();

    /** Dialling side: whether the certificate was verified against roots and host name, or pinned. */
    boolean leafTrusted();

    /** Starts reading; what arrives goes to {@code listener}. Called once. */
    void start(CarrierListener listener);

    /** Replaces the listener, between two calls to it (the handshake hands over to the tunnel). */
    void listener(CarrierListener listener);
}
