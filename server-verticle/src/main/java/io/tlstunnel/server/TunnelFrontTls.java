package io.tlstunnel.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.tlstunnel.transport.front.FrontTls;
import io.tlstunnel.transport.tls.ServerTls;
import io.vertx.core.http.HttpServerOptions;

/** The node's TLS as both fronts take it. */
record TunnelFrontTls(ServerTls tls) implements FrontTls {
    @Override
    public SslHandler newHandler(ByteBufAllocator allocator) {
        return tls.newHandler(allocator);
    }

    @Override
    public byte[] leafSha256() {
        return tls.fingerprint().bytes();
    }

    @Override
    public void configure(HttpServerOptions options) {
        options.setSsl(true).setSslEngineOptions(tls.engineOptions()).setKeyCertOptions(tls.keyCertOptions());
    }
}
