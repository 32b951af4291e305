package io.tlstunnel.transport.front;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.net.ServerSSLOptions;

/** TLS of the answering side, as the front needs it. */
public interface FrontTls {

    /** A server-mode handler with ALPN {@code http/1.1}; asked for each connection, so a changed certificate is seen. */
    SslHandler newHandler(ByteBufAllocator allocator);

    /** SHA-256 of the DER of the leaf that {@code handler} sends. */
    byte[] leafSha256(SslHandler handler);

    /** The same for the plain path. */
    ServerSSLOptions vertxServerOptions();

    /** SHA-256 of the DER of the leaf in {@link #vertxServerOptions}. */
    byte[] vertxLeafSha256();
}
