package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two ends that know nothing of each other but the secret, over real TLS. */
@Timeout(30)
final class ClusterAuthorityTest {
    private static final char[] PASSWORD = "unused".toCharArray();
    private final Instant now = Instant.now();
    private final Instant longAgo = now.minus(Duration.ofDays(11 * 365));

    private final ClusterAuthority authority = ClusterAuthority.of(new Secret("what all the nodes share"));
    private final ClusterAuthority same = ClusterAuthority.of(new Secret("what all the nodes share"));
    private final ClusterAuthority other = ClusterAuthority.of(new Secret("what other nodes share.."));

    @Test
    void nodesWithOneSecretBelieveEachOther() throws Exception {
        shakeHands(context(authority, authority.node(now)), context(same, same.node(now)));
    }

    @Test
    void aNodeWithAnotherSecretIsRefusedByBoth() {
        assertThatThrownBy(() -> shakeHands(context(authority, authority.node(now)), context(other, other.node(now))))
                .isInstanceOf(IOException.class);
        // Who trusts everyone is still not trusted.
        assertThatThrownBy(
                        () -> shakeHands(context(authority, authority.node(now)), context(authority, other.node(now))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(
                        () -> shakeHands(context(authority, other.node(now)), context(authority, authority.node(now))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anExpiredCertificateIsRefused() {
        assertThatThrownBy(() -> shakeHands(context(authority, authority.node(now)), context(same, same.node(longAgo))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whoShowsNothingIsRefused() {
        assertThatThrownBy(() -> shakeHands(context(authority, authority.node(now)), context(same, null)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aNodeIsNoAuthority() {
        assertThat(authority.node(now).leaf().getBasicConstraints()).isEqualTo(-1);
        assertThat(authority.root(now).getBasicConstraints()).isZero();
        assertThat(authority.root(now).getPublicKey()).isEqualTo(same.root(now).getPublicKey());
        assertThat(authority.toString()).doesNotContain("share");
    }

    private SSLContext context(ClusterAuthority trusted, @Nullable ServerCertificate own)
            throws GeneralSecurityException, IOException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("root", trusted.root(now));
        TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(trust);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (own != null) {
            keys.setKeyEntry(
                    "own", own.key(), PASSWORD, own.chain().toArray(java.security.cert.X509Certificate[]::new));
        }
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }

    /** A byte there and one back; fails with what either end fails with. */
    private static void shakeHands(SSLContext answering, SSLContext dialling) throws IOException {
        try (SSLServerSocket server = (SSLServerSocket)
                answering.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setNeedClientAuth(true);
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.getOutputStream().write(socket.getInputStream().read());
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            try (SSLSocket socket = (SSLSocket)
                    dialling.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
                socket.getOutputStream().write(7);
                if (socket.getInputStream().read() != 7) {
                    throw new IOException("the other end has hung up");
                }
            }
            answered.join();
        }
    }
}
