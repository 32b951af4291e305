package io.tlstunnel.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.tlstunnel.config.Engine;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.PemText;
import io.tlstunnel.security.ServerCertificate;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLEngineOptions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;

/** The answering side's TLS, built once at start. Sessions are never resumed. Immutable, any thread. */
public final class ServerTls {
    private static final Set<String> BORINGSSL_KEYS = Set.of("EC", "RSA");

    private final ServerCertificate certificate;
    private final TlsEngine engine;
    private final SslContext context;

    private ServerTls(ServerCertificate certificate, TlsEngine engine, SslContext context) {
        this.certificate = certificate;
        this.engine = engine;
        this.context = context;
    }

    /**
     * Builds the context. Blocking, some 200 ms the first time.
     *
     * @param alpn application protocols in the order of preference; empty = no ALPN
     * @throws IllegalStateException with one sentence, if the engine does not load or cannot use the certificate
     */
    public static ServerTls create(ServerCertificate certificate, Engine.Tls wanted, List<String> alpn) {
        TlsEngine engine = engineFor(certificate, wanted);
        try {
            return new ServerTls(certificate, engine, context(certificate, engine, alpn));
        } catch (SSLException | RuntimeException e) {
            throw new IllegalStateException(cannotUse(engine, certificate), e);
        }
    }

    /** BoringSSL takes other keys without a word and fails each handshake with them. */
    private static TlsEngine engineFor(ServerCertificate certificate, Engine.Tls wanted) {
        TlsEngine engine = TlsEngine.choose(wanted);
        if (engine == TlsEngine.JDK
                || BORINGSSL_KEYS.contains(certificate.leaf().getPublicKey().getAlgorithm())) {
            return engine;
        }
        if (wanted == Engine.Tls.AUTO) {
            return TlsEngine.JDK;
        }
        throw new IllegalStateException(cannotUse(engine, certificate));
    }

    private static String cannotUse(TlsEngine engine, ServerCertificate certificate) {
        return engine + " cannot use the server certificate or its "
                + certificate.leaf().getPublicKey().getAlgorithm() + " key";
    }

    private static SslContext context(ServerCertificate certificate, TlsEngine engine, List<String> alpn)
            throws SSLException {
        SslContext context = SslContextBuilder.forServer(
                        certificate.key(), certificate.chain().toArray(new X509Certificate[0]))
                .sslProvider(engine.provider())
                .protocols(TlsPolicy.PROTOCOLS)
                .ciphers(TlsPolicy.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(TlsPolicy.alpn(alpn))
                .build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        return context;
    }

    /** A handler for one accepted connection. */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }

    /** The engine that became active. */
    public TlsEngine engine() {
        return engine;
    }

    /** SHA-256 of the leaf that every connection is shown. */
    public Fingerprint fingerprint() {
        return certificate.fingerprint();
    }

    /** For a server of the public Vert.x API: this very context. Vert.x asks for {@link #keyCertOptions} besides. */
    public SSLEngineOptions engineOptions() {
        return new FixedContextOptions(context);
    }

    /** The chain and key, as the public Vert.x API takes them. Hold the private key: never log them. */
    public KeyCertOptions keyCertOptions() {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(PemText.of(certificate.chain())))
                .addKeyValue(Buffer.buffer(PemText.of(certificate.key())));
    }
}
