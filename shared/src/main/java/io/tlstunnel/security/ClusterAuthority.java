package io.tlstunnel.security;

import io.tlstunnel.config.Secret;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority that all nodes of a cluster have in common, and no file holds: its key comes from the cluster's secret.
 * Each node makes itself a certificate at each start, and believes those of the others. Immutable, any thread.
 */
public final class ClusterAuthority {
    /** In every certificate of a node: who meets a node looks for the cluster, not for a host. */
    public static final String NODE_NAME = "node.tls-tunnel.internal";

    private static final String PURPOSE = "tls-tunnel 1 authority";
    private static final int SEED_LENGTH = 40;
    private static final X500Name NAME = new X500Name("CN=tls-tunnel cluster");
    private static final Duration VALIDITY = Duration.ofDays(3652);
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final int SERIAL_BITS = 127;

    private static final String NAME_PURPOSE = "tls-tunnel 1 cluster name";
    private static final int NAME_LENGTH = 8;

    private record Addition(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {}

    private final KeyPair pair;
    private final String nameSuffix;

    private ClusterAuthority(KeyPair pair, String nameSuffix) {
        this.pair = pair;
        this.nameSuffix = nameSuffix;
    }

    /** Blocking, as {@link TunnelKey#derive}. */
    public static ClusterAuthority of(Secret clusterSecret) {
        StretchedKey stretched = StretchedKey.of(clusterSecret);
        return new ClusterAuthority(
                P256.pairOf(stretched.forPurpose(PURPOSE, SEED_LENGTH)),
                HexFormat.of().formatHex(stretched.forPurpose(NAME_PURPOSE, NAME_LENGTH)));
    }

    /** What a cluster is called among its members: those with another secret look for another one. */
    public String nameOf(String cluster) {
        return cluster + "-" + nameSuffix;
    }

    /** What nodes trust: another certificate each time, of the same name and key. */
    public X509Certificate root(Instant now) {
        return certificate(
                NAME,
                pair.getPublic(),
                now,
                List.of(
                        new Addition(Extension.basicConstraints, true, new BasicConstraints(0)),
                        new Addition(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))));
    }

    /** A new key, and a certificate for both ends of a connection, valid for ten years. */
    public ServerCertificate node(Instant now) {
        KeyPair own = P256.newPair();
        X509Certificate leaf = certificate(
                new X500Name("CN=" + NODE_NAME),
                own.getPublic(),
                now,
                List.of(
                        new Addition(
                                Extension.subjectAlternativeName,
                                false,
                                new CertificateNames(List.of(NODE_NAME)).subjectAlternatives()),
                        new Addition(Extension.basicConstraints, true, new BasicConstraints(false)),
                        new Addition(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)),
                        new Addition(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                        }))));
        return new ServerCertificate(List.of(leaf), own.getPrivate());
    }

    /** What a node shows, and whom it believes. */
    public NodeCertificates certificates(Instant now) {
        return new NodeCertificates(node(now), List.of(root(now)));
    }

    private X509Certificate certificate(X500Name subject, PublicKey key, Instant now, List<Addition> additions) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    NAME,
                    new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(VALIDITY)),
                    subject,
                    key);
            for (Addition addition : additions) {
                builder.addExtension(addition.type(), addition.critical(), addition.value());
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        } catch (CertIOException | OperatorCreationException | CertificateException e) {
            throw new IllegalStateException("an EC key can sign a certificate", e);
        }
    }

    @Override
    public String toString() {
        return "ClusterAuthority[***]";
    }
}
