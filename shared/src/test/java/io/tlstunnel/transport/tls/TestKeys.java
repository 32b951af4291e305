package io.tlstunnel.transport.tls;

import io.tlstunnel.security.PemText;
import io.tlstunnel.security.ServerCertificate;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates with keys that this program does not make itself. */
public final class TestKeys {
    private TestKeys() {}

    public static ServerCertificate ed25519() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        X500Principal name = new X500Principal("CN=ed25519");
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(Instant.now().minus(Duration.ofDays(1))),
                                Date.from(Instant.now().plus(Duration.ofDays(1))),
                                name,
                                pair.getPublic())
                        .build(new JcaContentSignerBuilder("Ed25519").build(pair.getPrivate())));
        Path folder = Files.createTempDirectory("ed25519");
        Path chain = Files.writeString(folder.resolve("c.pem"), PemText.of(List.of(certificate)));
        Path key = Files.writeString(folder.resolve("k.pem"), PemText.of(pair.getPrivate()));
        try {
            return ServerCertificate.load(chain, key);
        } finally {
            Files.delete(chain);
            Files.delete(key);
            Files.delete(folder);
        }
    }
}
