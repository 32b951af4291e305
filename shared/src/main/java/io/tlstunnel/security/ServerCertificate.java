package io.tlstunnel.security;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** What a node shows and proves in TLS: a chain, its own certificate first, and the key of that one. Immutable. */
public final class ServerCertificate {
    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Fingerprint fingerprint;

    ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
        try {
            this.fingerprint = Fingerprint.of(leaf());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without DER", e);
        }
    }

    /**
     * Reads a PEM chain and a PEM key. Blocking.
     *
     * @throws CertificateFileException if a file is missing, unreadable or encrypted, or the two do not belong together
     */
    public static ServerCertificate load(Path chainFile, Path keyFile) {
        List<X509Certificate> chain = PemFile.read(chainFile).certificates();
        PrivateKey key = PemFile.read(keyFile).privateKey();
        for (int i = 0; i < chain.size(); i++) {
            if (KeyMatch.matches(key, chain.get(i).getPublicKey())) {
                if (i == 0) {
                    return new ServerCertificate(chain, key);
                }
                throw new CertificateFileException(chainFile + " is in the wrong order: " + keyFile
                        + " belongs to its certificate number " + (i + 1) + ", which must come first");
            }
        }
        throw new CertificateFileException(
                "the key in " + keyFile + " does not belong to the certificate in " + chainFile);
    }

    /** The certificates in the order in which they are shown; never empty. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The node's own certificate. */
    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** Its private key. */
    public PrivateKey key() {
        return key;
    }

    /** SHA-256 of the leaf: what clients pin, and what the proof is bound to. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    @Override
    public String toString() {
        return "ServerCertificate[" + leaf().getSubjectX500Principal() + ", sha256 " + fingerprint + "]";
    }
}
