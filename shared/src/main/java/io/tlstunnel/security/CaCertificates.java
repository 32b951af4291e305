package io.tlstunnel.security;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** Roots to trust instead of the system's ({@code ca_cert_path}). */
public final class CaCertificates {
    private CaCertificates() {}

    /**
     * Reads all certificates of a PEM file; at least one. Blocking.
     *
     * @throws CertificateFileException if there is none
     */
    public static List<X509Certificate> load(Path file) {
        return PemFile.read(file).certificates();
    }
}
