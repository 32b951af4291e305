package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.config.Secret;
import io.tlstunnel.transport.tls.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator may give for links. */
final class NodeCertificatesTest {
    private static final String SUITE = "UNKNOWN";

    private final TestPki pki = new TestPki();
    private final ServerCertificate node = pki.issue("10.0.0.1", ClusterAuthority.NODE_NAME);
    private Path chain = Path.of("set before each test");
    private Path key = chain;
    private Path roots = chain;

    @BeforeEach
    void files(@TempDir Path folder) throws IOException {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        roots = folder.resolve("roots.pem");
        give(node, pki.root());
    }

    private void give(ServerCertificate own, X509Certificate... trusted) throws IOException {
        Files.writeString(chain, PemText.of(own.chain()));
        Files.writeString(key, PemText.of(own.key()));
        Files.writeString(roots, PemText.of(List.of(trusted)));
    }

    private NodeCertificates load() {
        return NodeCertificates.load(chain, key, roots);
    }

    private static X509Certificate[] shown(ServerCertificate certificate) {
        return certificate.chain().toArray(X509Certificate[]::new);
    }

    @Test
    void takesACertificateOfOneOfTheRoots() throws IOException {
        give(node, new TestPki().root(), pki.root());
        assertThat(load().own().fingerprint()).isEqualTo(node.fingerprint());
    }

    @Test
    void takesWhatTheSecretMakesAsWell() throws IOException {
        ClusterAuthority authority = ClusterAuthority.of(new Secret("what all the nodes share"));
        give(authority.node(Instant.now()), authority.root(Instant.now()));
        assertThat(load().own().leaf().getSubjectX500Principal().getName())
                .isEqualTo("CN=" + ClusterAuthority.NODE_NAME);
    }

    @Test
    void saysThatTheKeyIsAnotherOnes() throws IOException {
        Files.writeString(key, PemText.of(pki.issue(ClusterAuthority.NODE_NAME).key()));
        assertRefused("the key in " + key + " does not belong to the certificate in " + chain);
    }

    @Test
    void saysThatNotEveryEngineTakesTheKey() throws Exception {
        give(TestKeys.ed25519(), pki.root());
        assertRefused("the key in " + key + " is of the kind EdDSA; links take EC and RSA");
    }

    @Test
    void saysThatItIsOfAnotherAuthority() throws IOException {
        give(node, ClusterAuthority.of(new Secret("what all the nodes share")).root(Instant.now()));
        assertRefused("other nodes with " + roots + " would refuse the certificate in " + chain
                + ": unable to find valid certification path to requested target");
    }

    @Test
    void saysThatItIsNotForANode() throws IOException {
        give(pki.issue("10.0.0.1"), pki.root());
        assertRefused("other nodes with " + roots + " would refuse the certificate in " + chain
                + ": the certificate is not for the name node.tls-tunnel.internal, which every node's has among its"
                + " subject alternative names");
    }

    @Test
    void saysThatItIsExpired() throws IOException {
        ServerCertificate expired = pki.issue(Instant.now().minus(Duration.ofDays(1)), ClusterAuthority.NODE_NAME);
        give(expired, pki.root());
        assertThatThrownBy(this::load)
                .isInstanceOf(CertificateFileException.class)
                .hasMessageContaining("would refuse the certificate in " + chain + ": the certificate is valid from");
        // PKIX alone would take what is a root itself.
        give(expired, expired.leaf());
        assertThatThrownBy(this::load).hasMessageContaining("the certificate is valid from");
    }

    @Test
    void theOthersAreBelievedAtBothEndsIfTheyAreNodes() throws CertificateException {
        NodeTrust trust = load().trust();
        X509Certificate[] another = shown(pki.issue(ClusterAuthority.NODE_NAME));
        trust.checkServerTrusted(another, SUITE);
        trust.checkClientTrusted(another, SUITE);

        X509Certificate[] service = shown(pki.issue("printer.example.com", "internal"));
        assertThatThrownBy(() -> trust.checkServerTrusted(service, SUITE)).hasMessageContaining("not for the name");
        assertThatThrownBy(() -> trust.checkClientTrusted(service, SUITE)).hasMessageContaining("not for the name");
        X509Certificate[] nameless = shown(pki.issue());
        assertThatThrownBy(() -> trust.checkClientTrusted(nameless, SUITE)).hasMessageContaining("not for the name");
        X509Certificate[] stranger = shown(new TestPki().issue(ClusterAuthority.NODE_NAME));
        assertThatThrownBy(() -> trust.checkClientTrusted(stranger, SUITE)).isInstanceOf(CertificateException.class);
    }

    private void assertRefused(String sentence) {
        assertThatThrownBy(this::load)
                .isInstanceOf(CertificateFileException.class)
                .hasMessage(sentence);
    }
}
