package io.tlstunnel.transport.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.transport.dial.DialTls;
import io.tlstunnel.transport.front.FrontTls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLEngineOptions;
import java.security.MessageDigest;
import javax.net.ssl.SSLSession;

/** Both ends of TLS for tests: a server with a certificate, a client that trusts one. */
public final class TestTls implements FrontTls, DialTls {
    private final TestCertificate shown;
    private final TestCertificate trusted;
    private final SslContext server;
    private final SslContext client;

    /**
     * @param shown what the server shows
     * @param trusted what the client trusts
     */
    public TestTls(TestCertificate shown, TestCertificate trusted) {
        this.shown = shown;
        this.trusted = trusted;
        try {
            SslProvider provider = Natives.wanted() && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
            ApplicationProtocolConfig alpn = new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    "http/1.1");
            server = SslContextBuilder.forServer(shown.key(), shown.certificate())
                    .sslProvider(provider)
                    .applicationProtocolConfig(alpn)
                    .build();
            client = SslContextBuilder.forClient()
                    .trustManager(trusted.certificate())
                    .sslProvider(provider)
                    .applicationProtocolConfig(alpn)
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SslHandler newHandler(ByteBufAllocator allocator) {
        return server.newHandler(allocator);
    }

    @Override
    public byte[] leafSha256() {
        return shown.sha256();
    }

    @Override
    public SslHandler newHandler(ByteBufAllocator allocator, HostPort peer) {
        return client.newHandler(allocator, peer.host(), peer.port());
    }

    @Override
    public Leaf leaf(SSLSession session) {
        try {
            return new Leaf(
                    MessageDigest.getInstance("SHA-256").digest(session.getPeerCertificates()[0].getEncoded()), true);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void configure(HttpServerOptions options) {
        options.setSsl(true)
                .setSslEngineOptions(engine())
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertValue(Buffer.buffer(shown.certificatePem()))
                        .setKeyValue(Buffer.buffer(shown.keyPem())));
    }

    @Override
    public void configure(WebSocketClientOptions options) {
        options.setVerifyHost(true)
                .setSslEngineOptions(engine())
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(trusted.certificatePem())));
    }

    private static SSLEngineOptions engine() {
        return Natives.wanted() && OpenSsl.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
    }
}
