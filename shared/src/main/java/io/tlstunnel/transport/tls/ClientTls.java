package io.tlstunnel.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.tlstunnel.config.Engine;
import io.tlstunnel.security.Leaf;
import io.vertx.core.net.SSLEngineOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The dialling side's TLS, built once at start: verifies the server's certificate and remembers per connection what was
 * shown. Never resumes a session. Immutable, any thread.
 */
public final class ClientTls {
    private final TlsEngine engine;
    private final SslContext context;

    private ClientTls(TlsEngine engine, SslContext context) {
        this.engine = engine;
        this.context = context;
    }

    /**
     * Builds the context. Blocking: reads the roots.
     *
     * @param alpn application protocols in the order of preference; empty = no ALPN
     * @throws IllegalStateException with one sentence, if the engine does not load or there are no usable roots
     */
    public static ClientTls create(ClientTrust trust, Engine.Tls wanted, List<String> alpn) {
        TlsEngine engine = TlsEngine.choose(wanted);
        try {
            TrustManager judge = new LeafTrustManager(rootsOf(trust), trust);
            return new ClientTls(
                    engine,
                    new HostVerifyingContext(engine == TlsEngine.JDK ? jdk(judge, alpn) : boringSsl(judge, alpn)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("TLS cannot be set up with these roots: " + e.getMessage(), e);
        }
    }

    private static SslContext jdk(TrustManager judge, List<String> alpn) {
        return new JdkSslContext(
                UnlinkedSslContext.trusting(judge),
                true,
                TlsPolicy.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                TlsPolicy.alpn(alpn),
                ClientAuth.NONE,
                TlsPolicy.PROTOCOLS.toArray(new String[0]),
                false);
    }

    private static SslContext boringSsl(TrustManager judge, List<String> alpn) throws SSLException {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(TlsEngine.BORINGSSL.provider())
                .trustManager(judge)
                .protocols(TlsPolicy.PROTOCOLS)
                .ciphers(TlsPolicy.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(TlsPolicy.alpn(alpn))
                .build();
        ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
        return context;
    }

    private static X509ExtendedTrustManager rootsOf(ClientTrust trust) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trust.roots().isEmpty() ? null : keyStore(trust.roots()));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new IllegalStateException("this JDK's trust manager cannot verify host names");
    }

    private static @Nullable KeyStore keyStore(List<X509Certificate> roots)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < roots.size(); i++) {
            store.setCertificateEntry("root-" + i, roots.get(i));
        }
        return store;
    }

    /**
     * A handler for one connection.
     *
     * @param host name or IP address (IPv6 without brackets) that the certificate must be for; sent as SNI if it is a
     *     name
     */
    public SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
        return context.newHandler(allocator, host, port);
    }

    /**
     * The certificate that was shown on this connection, once its TLS handshake is done.
     *
     * @throws IllegalStateException before that
     */
    public Leaf leaf(SslHandler handler) {
        return leaf(handler.engine().getSession());
    }

    /** The same on the public Vert.x API: {@code leaf(socket.sslSession())}. */
    public Leaf leaf(SSLSession session) {
        return LeafTrustManager.verdict(session);
    }

    /** The engine that became active. */
    public TlsEngine engine() {
        return engine;
    }

    /**
     * For a client of the public Vert.x API: this very context. Vert.x asks for a host name verification algorithm
     * besides, and ignores what else it is told of certificates.
     */
    public SSLEngineOptions engineOptions() {
        return new FixedContextOptions(context);
    }
}
