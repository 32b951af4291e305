package io.tlstunnel.transport.dial;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.tlstunnel.config.HostPort;
import io.vertx.core.http.WebSocketClientOptions;
import javax.net.ssl.SSLSession;

/** TLS of the dialling side, as the diallers need it. */
public interface DialTls {

    /** A client-mode handler: SNI and host-name check for {@code peer}, ALPN {@code http/1.1}, no resumption. */
    SslHandler newHandler(ByteBufAllocator allocator, HostPort peer);

    /** The same for the plain path: sets trust and engine. */
    void configure(WebSocketClientOptions options);

    /** What the peer showed in a finished handshake. */
    Leaf leaf(SSLSession session);

    /**
     * The certificate that was shown.
     *
     * @param sha256 SHA-256 of its DER
     * @param trusted whether it was verified against roots and host name, or pinned
     */
    record Leaf(byte[] sha256, boolean trusted) {}
}
