package io.tlstunnel.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.tlstunnel.config.Engine;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.NodeCertificates;
import io.tlstunnel.security.NodeTrust;
import io.tlstunnel.security.ServerCertificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** TLS between nodes: each end shows a node's certificate and wants to see one. Immutable, any thread. */
public final class LinkTls {
    private final Fingerprint own;
    private final SslContext accepting;
    private final SslContext dialling;

    private LinkTls(Fingerprint own, SslContext accepting, SslContext dialling) {
        this.own = own;
        this.accepting = accepting;
        this.dialling = dialling;
    }

    /**
     * Builds both contexts. Blocking.
     *
     * @throws IllegalStateException with one sentence, if the engine does not load
     */
    public static LinkTls create(NodeCertificates certificates, Engine.Tls wanted) {
        TlsEngine engine = TlsEngine.choose(wanted);
        NodeTrust trust = certificates.trust();
        ServerCertificate own = certificates.own();
        X509Certificate[] chain = own.chain().toArray(new X509Certificate[0]);
        try {
            SslContext accepting =
                    built(SslContextBuilder.forServer(own.key(), chain).clientAuth(ClientAuth.REQUIRE), trust, engine);
            SslContext dialling = built(SslContextBuilder.forClient().keyManager(own.key(), chain), trust, engine);
            return new LinkTls(own.fingerprint(), accepting, new HostVerifyingContext(dialling));
        } catch (SSLException e) {
            throw new IllegalStateException("TLS between nodes cannot be set up: " + e.getMessage(), e);
        }
    }

    private static SslContext built(SslContextBuilder builder, NodeTrust trust, TlsEngine engine) throws SSLException {
        SslContext context = builder.trustManager(trust)
                .sslProvider(engine.provider())
                .protocols(TlsPolicy.PROTOCOLS)
                .ciphers(TlsPolicy.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(TlsPolicy.alpn(List.of()))
                .build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        return context;
    }

    /** A handler for one accepted connection. */
    public SslHandler accepting(ByteBufAllocator allocator) {
        return accepting.newHandler(allocator);
    }

    /** A handler for one dialled connection. */
    public SslHandler dialling(ByteBufAllocator allocator, int port) {
        return dialling.newHandler(allocator, ClusterAuthority.NODE_NAME, port);
    }

    /** SHA-256 of the leaf that this node shows. */
    public Fingerprint own() {
        return own;
    }

    /** SHA-256 of the leaf that was shown on a connection whose TLS handshake is done. */
    public static Fingerprint shown(SslHandler done) {
        try {
            return Fingerprint.of((X509Certificate) done.engine().getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
            throw new IllegalStateException("a peer that was verified has shown a certificate", e);
        }
    }
}
