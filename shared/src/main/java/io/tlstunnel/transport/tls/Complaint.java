package io.tlstunnel.transport.tls;

import io.tlstunnel.security.Fingerprint;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.X509ExtendedTrustManager;

/** Says in words what is wrong with a server certificate. */
final class Complaint {
    private final String host;
    private final X509Certificate leaf;
    private final Fingerprint seen;

    Complaint(String host, X509Certificate leaf, Fingerprint seen) {
        this.host = host;
        this.leaf = leaf;
        this.seen = seen;
    }

    /** Neither root nor name speak for it. */
    UntrustedCertificateException notVerified(
            X509ExtendedTrustManager roots, X509Certificate[] chain, String authType, CertificateException failure) {
        return new UntrustedCertificateException(
                "the certificate of " + host + " cannot be verified: " + reason(roots, chain, authType, failure)
                        + "; its SHA-256 fingerprint is " + seen
                        + " - compare it with the one that the server prints at its start, and only if they are equal"
                        + " add this line to [client]: " + UntrustedCertificateException.pinLine(seen),
                seen,
                failure);
    }

    /** Another one is pinned. */
    UntrustedCertificateException notPinned(Fingerprint pin) {
        return new UntrustedCertificateException(
                host + " shows another certificate than the pinned one: seen is " + seen + ", server_fingerprint says "
                        + pin + "; either the server has a new certificate or somebody is in between"
                        + " - compare with the one that the server prints at its start, and only if they are equal"
                        + " change the line in [client] to: " + UntrustedCertificateException.pinLine(seen),
                seen,
                null);
    }

    private String reason(
            X509ExtendedTrustManager roots, X509Certificate[] chain, String authType, CertificateException failure) {
        try {
            leaf.checkValidity();
            roots.checkServerTrusted(chain, authType);
            return "it is for " + names() + ", not for " + host;
        } catch (CertificateExpiredException e) {
            return "it expired on " + leaf.getNotAfter().toInstant();
        } catch (CertificateNotYetValidException e) {
            return "it is not valid before " + leaf.getNotBefore().toInstant() + " (is this host's clock right?)";
        } catch (CertificateException e) {
            return leaf.getSubjectX500Principal().equals(leaf.getIssuerX500Principal())
                    ? "it is self-signed"
                    : "no root that this host trusts signed it (" + cause(failure) + ")";
        }
    }

    private static String cause(CertificateException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private String names() {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            return names == null
                    ? "no host at all"
                    : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(", "));
        } catch (CertificateParsingException e) {
            return "names that cannot be read";
        }
    }
}
