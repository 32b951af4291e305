package io.tlstunnel.security;

import org.jspecify.annotations.Nullable;

/** A certificate or key file cannot be used; the message is one sentence that names the file and what to do. */
public final class CertificateFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CertificateFileException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    CertificateFileException(String sentence) {
        this(sentence, null);
    }
}
