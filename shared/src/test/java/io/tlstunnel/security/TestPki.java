package io.tlstunnel.security;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests. */
public final class TestPki {
    private static final X500Principal CA = new X500Principal("CN=Test CA");

    private final KeyPair caKey = P256.newPair();
    private final X509Certificate root;

    public TestPki() {
        this.root = sign(CA, caKey, List.of(), Instant.now().plus(Duration.ofDays(1)), true);
    }

    public X509Certificate root() {
        return root;
    }

    /** A certificate of its own, as a server makes it. */
    public static ServerCertificate selfSigned(String... names) {
        return SelfSigned.generate(new CertificateNames(List.of(names)), Instant.now());
    }

    /** A chain of a leaf for these names and the root. */
    public ServerCertificate issue(String... names) {
        return issue(Instant.now().plus(Duration.ofDays(1)), names);
    }

    public ServerCertificate issue(Instant notAfter, String... names) {
        KeyPair pair = P256.newPair();
        X500Principal subject = new X500Principal("CN=leaf");
        return new ServerCertificate(
                List.of(sign(subject, pair, List.of(names), notAfter, false), root), pair.getPrivate());
    }

    private X509Certificate sign(
            X500Principal subject, KeyPair pair, List<String> names, Instant notAfter, boolean authority) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    CA,
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(Instant.now().minus(Duration.ofDays(30))),
                    Date.from(notAfter),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new CertificateNames(names).subjectAlternatives());
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(caKey.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
