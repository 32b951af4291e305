package io.tlstunnel.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.tlstunnel.config.Engine;
import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.security.TestPki;
import java.net.InetAddress;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a server that offers resumption by session ids and tickets, as servers and balancers of others do. */
class ResumptionTest {
    private static final ServerCertificate CERTIFICATE = TestPki.selfSigned("127.0.0.1");

    private final CountingKeyManager shown = new CountingKeyManager();

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void isShownTheCertificateOnEveryConnection(Engine.Tls engine, String version) throws Exception {
        ClientTls client = ClientTls.create(
                new ClientTrust(List.of(), CERTIFICATE.fingerprint(), ClientTrust.Unverified.REFUSED),
                engine,
                List.of());
        try (TlsRig rig = generousServer()) {
            for (int i = 0; i < 4; i++) {
                assertThat(rig.connect(client, "127.0.0.1", version).leaf().fingerprint())
                        .isEqualTo(CERTIFICATE.fingerprint());
            }
        }
        assertThat(shown.times()).isEqualTo(4);
    }

    /** The control: an ordinary client does resume on this server. */
    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#clients")
    void isNotWhatAnOrdinaryClientDoes(Engine.Tls ignored, String version) throws Exception {
        SSLContext ordinary = SSLContext.getInstance("TLS");
        ordinary.init(null, new TrustManager[] {new Credulous()}, null);
        try (TlsRig rig = generousServer()) {
            for (int i = 0; i < 4; i++) {
                try (SSLSocket socket = (SSLSocket)
                        ordinary.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), rig.port())) {
                    socket.setEnabledProtocols(new String[] {version});
                    socket.getOutputStream().write(new byte[5]);
                    assertThat(socket.getInputStream().readNBytes(5)).hasSize(5);
                }
            }
        }
        assertThat(shown.times()).isLessThan(4);
    }

    private TlsRig generousServer() throws Exception {
        SslContext context = SslContextBuilder.forServer(shown)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.2", "TLSv1.3")
                .build();
        return new TlsRig(allocator -> new SslHandler(context.newEngine(allocator)));
    }

    /** Counts how often the chain was asked for: once in each full handshake. */
    private static final class CountingKeyManager extends X509ExtendedKeyManager {
        private final AtomicInteger chains = new AtomicInteger();

        int times() {
            return chains.get();
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            chains.incrementAndGet();
            return CERTIFICATE.chain().toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return CERTIFICATE.key();
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return keyType.startsWith("EC") ? "alias" : null;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {"alias"};
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    private static final class Credulous extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
