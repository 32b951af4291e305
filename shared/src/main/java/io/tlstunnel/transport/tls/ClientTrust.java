package io.tlstunnel.transport.tls;

import io.tlstunnel.security.Fingerprint;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which server certificates a dialling side accepts.
 *
 * @param roots trusted issuers; empty = the system's
 * @param pin the one leaf that is accepted, whatever its issuer, names and dates, or null; stricter than all else
 */
public record ClientTrust(
        List<X509Certificate> roots, @Nullable Fingerprint pin, Unverified unverified) {

    /** What happens to a certificate that is neither verified nor pinned. */
    public enum Unverified {
        /** The connection fails. */
        REFUSED,
        /** It passes and counts as not trusted ({@code skip_verify}). */
        ACCEPTED
    }

    public ClientTrust {
        roots = List.copyOf(roots);
    }

    /** The system's roots, nothing else. */
    public static ClientTrust system() {
        return new ClientTrust(List.of(), null, Unverified.REFUSED);
    }
}
