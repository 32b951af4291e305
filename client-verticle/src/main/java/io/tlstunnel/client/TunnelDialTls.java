package io.tlstunnel.client;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.transport.dial.DialTls;
import io.tlstunnel.transport.tls.ClientTls;
import io.vertx.core.http.WebSocketClientOptions;
import javax.net.ssl.SSLSession;

/** The client's TLS as both diallers take it. */
record TunnelDialTls(ClientTls tls) implements DialTls {
    @Override
    public SslHandler newHandler(ByteBufAllocator allocator, HostPort peer) {
        return tls.newHandler(allocator, peer.host(), peer.port());
    }

    @Override
    public void configure(WebSocketClientOptions options) {
        options.setSsl(true).setSslEngineOptions(tls.engineOptions()).setVerifyHost(true);
    }

    @Override
    public Leaf leaf(SSLSession session) {
        io.tlstunnel.security.Leaf leaf = tls.leaf(session);
        return new Leaf(leaf.sha256(), leaf.trusted());
    }
}
