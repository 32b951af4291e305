package io.tlstunnel.transport.tls;

import io.netty.handler.ssl.SslContext;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;

/** Makes Vert.x use a context of ours instead of building its own: one place decides about TLS on every path. */
final class FixedContextOptions extends SSLEngineOptions {
    private final SslContext context;

    FixedContextOptions(SslContext context) {
        this.context = context;
    }

    @Override
    public SSLEngineOptions copy() {
        return this;
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return () -> context;
    }
}
