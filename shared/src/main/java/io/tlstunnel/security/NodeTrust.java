package io.tlstunnel.security;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom a node believes to be another one: a valid chain to a root is not enough, the certificate has to be a node's. TLS by
 * itself asks for a name at the dialling end only. Any thread.
 */
public final class NodeTrust extends X509ExtendedTrustManager {
    /** Of a name in a certificate: a DNS name (RFC 5280, GeneralName). */
    private static final Integer DNS_NAME = 2;

    private final X509ExtendedTrustManager roots;

    /** What the roots say of a chain. */
    @FunctionalInterface
    private interface Check {
        void run() throws CertificateException;
    }

    private NodeTrust(X509ExtendedTrustManager roots) {
        this.roots = roots;
    }

    static NodeTrust of(List<X509Certificate> roots) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate root : roots) {
                store.setCertificateEntry(Integer.toString(store.size()), root);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager pkix) {
                    return new NodeTrust(pkix);
                }
            }
            throw new IllegalStateException("every JDK has a trust manager for certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory takes certificates", e);
        }
    }

    /** What is wrong, out of the layers that PKIX and TLS put around it. */
    public static String reason(Throwable refusal) {
        Throwable cause = refusal;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** PKIX takes a leaf that is a root itself without a look at its dates. */
    private static void requireCurrent(X509Certificate[] chain) throws CertificateException {
        Instant now = Instant.now();
        Instant first = chain[0].getNotBefore().toInstant();
        Instant last = chain[0].getNotAfter().toInstant();
        if (now.isBefore(first) || now.isAfter(last)) {
            throw new CertificateException("the certificate is valid from " + first + " to " + last + " only");
        }
    }

    private static void requireNode(X509Certificate[] chain, Check byRoots) throws CertificateException {
        requireCurrent(chain);
        byRoots.run();
        requireName(chain);
    }

    private static void requireName(X509Certificate[] chain) throws CertificateException {
        Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
        if (names == null
                || names.stream()
                        .noneMatch(name -> DNS_NAME.equals(name.get(0))
                                && ClusterAuthority.NODE_NAME.equalsIgnoreCase(String.valueOf(name.get(1))))) {
            throw new CertificateException("the certificate is not for the name " + ClusterAuthority.NODE_NAME
                    + ", which every node's has among its subject alternative names");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        requireNode(chain, () -> roots.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        requireNode(chain, () -> roots.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        requireNode(chain, () -> roots.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        requireNode(chain, () -> roots.checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        requireNode(chain, () -> roots.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        requireNode(chain, () -> roots.checkClientTrusted(chain, authType));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.getAcceptedIssuers();
    }
}
