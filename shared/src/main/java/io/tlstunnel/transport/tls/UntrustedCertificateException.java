package io.tlstunnel.transport.tls;

import io.tlstunnel.security.Fingerprint;
import java.security.cert.CertificateException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate is not accepted. The message is for people: what is wrong, what was seen, and what to do about
 * it.
 */
public final class UntrustedCertificateException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final transient Fingerprint seen;

    UntrustedCertificateException(String message, Fingerprint seen, @Nullable Throwable cause) {
        super(message, cause);
        this.seen = seen;
    }

    /** SHA-256 of the leaf that was shown. */
    public Fingerprint seen() {
        return seen;
    }

    /** The line that makes a client accept this certificate, to be added only after comparing with the server's. */
    public String pinLine() {
        return pinLine(seen);
    }

    static String pinLine(Fingerprint fingerprint) {
        return "server_fingerprint = \"" + fingerprint + "\"";
    }

    /** This exception inside whatever a TLS engine, Netty and Vert.x wrapped around it. */
    public static Optional<UntrustedCertificateException> in(@Nullable Throwable failure) {
        return in(failure, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static Optional<UntrustedCertificateException> in(@Nullable Throwable failure, Set<Throwable> seen) {
        if (failure == null || !seen.add(failure)) {
            return Optional.empty();
        }
        if (failure instanceof UntrustedCertificateException found) {
            return Optional.of(found);
        }
        Optional<UntrustedCertificateException> found = in(failure.getCause(), seen);
        for (Throwable suppressed : failure.getSuppressed()) {
            found = found.or(() -> in(suppressed, seen));
        }
        return found;
    }
}
