package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCertificateTest {
    private final ServerCertificate made =
            SelfSigned.generate(new CertificateNames(List.of("tunnel.example.com")), Instant.now());
    private final Path folder;
    private final Path chain;
    private final Path key;

    ServerCertificateTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        chain = Files.writeString(folder.resolve("chain.pem"), PemText.of(made.chain()));
        key = Files.writeString(folder.resolve("key.pem"), PemText.of(made.key()));
    }

    @Test
    void readsWhatItWrote() {
        ServerCertificate read = ServerCertificate.load(chain, key);

        assertThat(read.chain()).isEqualTo(made.chain());
        assertThat(read.key()).isEqualTo(made.key());
        assertThat(read.fingerprint()).isEqualTo(made.fingerprint());
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "Ed25519, 255", "EC, 256"})
    void readsKeysInTheFormsThatOpensslWrites(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider());
        generator.initialize(bits);
        KeyPair pair = generator.generateKeyPair();
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            // BEGIN RSA PRIVATE KEY, BEGIN EC PRIVATE KEY; PKCS#8 for the rest.
            writer.writeObject(pair.getPrivate());
        }
        Files.writeString(key, text.toString());

        assertThat(KeyMatch.matches(PemFile.read(key).privateKey(), pair.getPublic()))
                .isTrue();
        assertThat(KeyMatch.matches(PemFile.read(key).privateKey(), made.leaf().getPublicKey()))
                .isFalse();
    }

    @Test
    void saysThatKeyAndCertificateDoNotBelongTogether() throws IOException {
        Files.writeString(key, PemText.of(P256.newPair().getPrivate()));

        assertThatThrownBy(() -> ServerCertificate.load(chain, key))
                .isInstanceOf(CertificateFileException.class)
                .hasMessage("the key in " + key + " does not belong to the certificate in " + chain);
    }

    @Test
    void saysThatTheChainIsInTheWrongOrder() throws IOException {
        List<X509Certificate> wrong =
                new ArrayList<>(new TestPki().issue("x.example").chain());
        wrong.add(made.leaf());
        Collections.reverse(wrong);
        wrong.add(0, new TestPki().root());
        Files.writeString(chain, PemText.of(wrong));

        assertThatThrownBy(() -> ServerCertificate.load(chain, key))
                .isInstanceOf(CertificateFileException.class)
                .hasMessageContaining("certificate number 2, which must come first");
    }

    @Test
    void saysThatTheKeyIsEncrypted() throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(new JcaPKCS8Generator(
                    made.key(),
                    new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                            .setProvider(new BouncyCastleProvider())
                            .setRandom(new SecureRandom())
                            .setPassword("secret".toCharArray())
                            .build()));
        }
        Files.writeString(key, text.toString());

        assertThatThrownBy(() -> ServerCertificate.load(chain, key))
                .isInstanceOf(CertificateFileException.class)
                .hasMessageContaining("is encrypted with a password")
                .hasMessageContaining("openssl pkey");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path nowhere = folder.resolve("nowhere.pem");
        Path garbage = Files.writeString(folder.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");

        assertThatThrownBy(() -> ServerCertificate.load(nowhere, key)).hasMessage(nowhere + " does not exist");
        assertThatThrownBy(() -> ServerCertificate.load(chain, nowhere)).hasMessage(nowhere + " does not exist");
        assertThatThrownBy(() -> ServerCertificate.load(key, key)).hasMessageContaining("no BEGIN CERTIFICATE block");
        assertThatThrownBy(() -> ServerCertificate.load(chain, chain))
                .hasMessageContaining("no BEGIN PRIVATE KEY block");
        assertThatThrownBy(() -> ServerCertificate.load(garbage, key)).hasMessageContaining("cannot be read as PEM");
    }

    @Test
    void isForEveryNameAndTenYears() throws Exception {
        ServerCertificate many = SelfSigned.generate(
                new CertificateNames(List.of("*.Example.com", "bücher.example", "192.0.2.7", "2001:db8::7")),
                Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(many.leaf().getSubjectAlternativeNames())
                .extracting(name -> (Object) name.get(1))
                .containsExactly("*.example.com", "xn--bcher-kva.example", "192.0.2.7", "2001:db8:0:0:0:0:0:7");
        assertThat(many.leaf().getNotAfter().toInstant()).isAfter(Instant.parse("2035-12-30T00:00:00Z"));
        assertThat(many.leaf().getBasicConstraints()).isEqualTo(-1);
        assertThat(many.leaf().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-x", "*", "x..y", "https://x", "*.*.x"})
    void refusesWhatIsNoName(String name) {
        assertThatThrownBy(() -> new CertificateNames(List.of(name))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesThisHost() {
        assertThat(CertificateNames.ofThisHost("0.0.0.0").all()).contains("localhost", "127.0.0.1", "::1");
        assertThat(CertificateNames.ofThisHost("192.0.2.1").all()).contains("192.0.2.1");
    }
}
