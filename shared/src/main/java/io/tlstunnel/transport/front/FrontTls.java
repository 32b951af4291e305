package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerOptions;

/** TLS of the answering side, as the front needs it. */
public interface FrontTls {

    /** A server-mode handler with ALPN {@code http/1.1}. */
    SslHandler newHandler(ByteBufAllocator allocator);

    /** SHA-256 of the DER of the leaf that is sent. */
    byte[] leafSha256();

    /** The same for the plain path: switches TLS on and sets certificate and engine. */
    void configure(HttpServerOptions options);
}
