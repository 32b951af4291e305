package io.tlstunnel.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.tlstunnel.transport.front.FrontTls;
import io.tlstunnel.transport.tls.ServerTls;
import io.vertx.core.net.ServerSSLOptions;

record FrontTlsBridge(ServerTls tls) implements FrontTls {
    @Override
    public SslHandler newHandler(ByteBufAllocator allocator) {
        return tls.newHandler(allocator);
    }

    @Override
    public byte[] leafSha256(SslHandler handler) {
        return tls.fingerprint().bytes();
    }

    @Override
    public ServerSSLOptions vertxServerOptions() {
        return new ServerSSLOptions().setKeyCertOptions(tls.keyCertOptions());
    }

    @Override
    public byte[] vertxLeafSha256() {
        return tls.fingerprint().bytes();
    }
}
