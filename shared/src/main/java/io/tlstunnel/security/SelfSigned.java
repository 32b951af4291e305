package io.tlstunnel.security;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes self-signed server certificates, valid for ten years. */
public final class SelfSigned {
    private static final Duration VALIDITY = Duration.ofDays(3652);

    /** Clients whose clock is behind shall not refuse a new certificate. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    private static final int SERIAL_BITS = 127;
    private static final int COMMON_NAME_MAX = 64;

    private SelfSigned() {}

    /** A certificate for a new key. */
    public static ServerCertificate generate(CertificateNames names, Instant now) {
        KeyPair pair = P256.newPair();
        return new ServerCertificate(List.of(certificate(pair, names, now)), pair.getPrivate());
    }

    static X509Certificate certificate(KeyPair pair, CertificateNames names, Instant now) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder(pair, names, now)
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        } catch (CertIOException | OperatorCreationException | CertificateException e) {
            throw new IllegalStateException("an EC key can sign a certificate", e);
        }
    }

    private static X509v3CertificateBuilder builder(KeyPair pair, CertificateNames names, Instant now)
            throws CertIOException {
        var subject =
                new X500NameBuilder().addRDN(BCStyle.CN, commonName(names)).build();
        return new JcaX509v3CertificateBuilder(
                        subject,
                        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
                        Date.from(now.minus(CLOCK_SKEW)),
                        Date.from(now.plus(VALIDITY)),
                        subject,
                        pair.getPublic())
                .addExtension(Extension.subjectAlternativeName, false, names.subjectAlternatives())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    }

    /** For people only: programs read the alternative names. */
    private static String commonName(CertificateNames names) {
        String first = names.all().get(0);
        return first.length() <= COMMON_NAME_MAX ? first : "tls-tunnel";
    }
}
