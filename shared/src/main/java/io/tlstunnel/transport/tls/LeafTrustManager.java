package io.tlstunnel.transport.tls;

import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.Leaf;
import io.tlstunnel.security.Leaf.Trust;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges the certificate of each connection and leaves the verdict in its session, where {@link ClientTls#leaf} finds it.
 * Any thread.
 */
final class LeafTrustManager extends X509ExtendedTrustManager {
    /** Of the JDK: names as in HTTPS, by RFC 2818. */
    static final String HOST_NAME_RULES = "HTTPS";

    private static final String SESSION_KEY = "io.tlstunnel.leaf";

    private final X509ExtendedTrustManager roots;
    private final ClientTrust trust;

    LeafTrustManager(X509ExtendedTrustManager roots, ClientTrust trust) {
        this.roots = roots;
        this.trust = trust;
    }

    /**
     * The verdict on the connection of that session.
     *
     * @throws IllegalStateException if there is none: no certificate was shown on it
     */
    static Leaf verdict(SSLSession session) {
        if (session.getValue(SESSION_KEY) instanceof Leaf leaf) {
            return leaf;
        }
        throw new IllegalStateException("no certificate was judged on this connection");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        SSLSession session = engine.getHandshakeSession();
        Fingerprint seen = Fingerprint.of(chain[0]);
        requireHostName(engine);
        session.putValue(SESSION_KEY, new Leaf(seen, judge(seen, chain, authType, engine)));
    }

    /** A context that forgot to ask for it would let every valid certificate pass, whoever's it is. */
    private static void requireHostName(SSLEngine engine) throws CertificateException {
        if (!HOST_NAME_RULES.equals(engine.getSSLParameters().getEndpointIdentificationAlgorithm())) {
            throw new CertificateException("the host name would not be verified");
        }
    }

    private Trust judge(Fingerprint seen, X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        Complaint complaint = new Complaint(String.valueOf(engine.getPeerHost()), chain[0], seen);
        if (trust.pin() != null) {
            if (trust.pin().equals(seen)) {
                return Trust.PINNED;
            }
            throw complaint.notPinned(trust.pin());
        }
        try {
            roots.checkServerTrusted(chain, authType, engine);
            return Trust.VERIFIED;
        } catch (CertificateException e) {
            if (trust.unverified() == ClientTrust.Unverified.ACCEPTED) {
                return Trust.UNVERIFIED;
            }
            throw complaint.notVerified(roots, chain, authType, e);
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.getAcceptedIssuers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notOurs();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notOurs();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notOurs();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notOurs();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notOurs();
    }

    /** Without the engine neither host nor session are known, so nothing may pass. */
    private static CertificateException notOurs() {
        return new CertificateException("only servers are judged, and only on an SSLEngine");
    }
}
