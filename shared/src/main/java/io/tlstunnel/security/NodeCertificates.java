package io.tlstunnel.security;

import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * What a node shows to the others on links, and whom it believes. Immutable, any thread.
 *
 * @param own for both ends of a connection
 * @param trust in the others' certificates
 */
public record NodeCertificates(ServerCertificate own, NodeTrust trust) {
    /** What every TLS engine takes. */
    private static final Set<String> KEYS = Set.of("EC", "RSA");

    /** To the JDK: whatever cipher suite it may be. */
    private static final String ANY_SUITE = "UNKNOWN";

    public NodeCertificates(ServerCertificate own, List<X509Certificate> roots) {
        this(own, NodeTrust.of(roots));
    }

    /**
     * Reads what the operator gave. Blocking.
     *
     * @throws CertificateFileException if a file cannot be used, or the other nodes would not believe the certificate
     */
    public static NodeCertificates load(Path chainFile, Path keyFile, Path rootsFile) {
        NodeCertificates given =
                new NodeCertificates(ServerCertificate.load(chainFile, keyFile), CaCertificates.load(rootsFile));
        String algorithm = given.own.leaf().getPublicKey().getAlgorithm();
        if (!KEYS.contains(algorithm)) {
            throw new CertificateFileException(
                    "the key in " + keyFile + " is of the kind " + algorithm + "; links take EC and RSA");
        }
        try {
            given.checkOwn();
        } catch (CertificateException e) {
            throw new CertificateFileException(
                    "other nodes with " + rootsFile + " would refuse the certificate in " + chainFile + ": "
                            + NodeTrust.reason(e),
                    e);
        }
        return given;
    }

    /** As another node with the same roots would, at either end. */
    private void checkOwn() throws CertificateException {
        X509Certificate[] chain = own.chain().toArray(X509Certificate[]::new);
        trust.checkServerTrusted(chain, ANY_SUITE);
        trust.checkClientTrusted(chain, ANY_SUITE);
    }
}
