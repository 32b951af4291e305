package io.tlstunnel.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The leaves that a balancer in front of the nodes shows ({@code balancer_cert_path}). When the file changes, those of
 * before stay good beside the new ones until it changes again: a balancer is not reloaded at the same instant.
 *
 * <p>{@link #current} on any thread; {@link #refresh} blocks and is called by one thread at a time.
 */
public final class BalancerLeaves {
    private static final int NOT_A_CA = -1;

    private final Path file;
    private Stamp stamp;
    private Set<Fingerprint> newest;
    private volatile Set<Fingerprint> current;

    private record Stamp(FileTime modified, long size) {}

    private BalancerLeaves(Path file) {
        this.file = file;
        this.stamp = stamp(file);
        this.newest = read(file);
        this.current = newest;
    }

    /** Reads the file. Blocking. */
    public static BalancerLeaves load(Path file) {
        return new BalancerLeaves(file);
    }

    /** The leaves to accept now; never empty. */
    public Set<Fingerprint> current() {
        return current;
    }

    /**
     * Reads the file again if it has changed. Blocking.
     *
     * @throws CertificateFileException if it cannot be read now; what was known stays
     */
    public void refresh() {
        Stamp seen = stamp(file);
        if (seen.equals(stamp)) {
            return;
        }
        Set<Fingerprint> next = read(file);
        stamp = seen;
        if (!next.equals(newest)) {
            Set<Fingerprint> both = new LinkedHashSet<>(next);
            both.addAll(newest);
            newest = next;
            current = Collections.unmodifiableSet(both);
        }
    }

    private static Stamp stamp(Path file) {
        try {
            return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
        } catch (IOException e) {
            throw new CertificateFileException(file + " cannot be read", e);
        }
    }

    /** A balancer's PEM often holds the chain too; an issuer is never shown as a leaf, so it is left out. */
    private static Set<Fingerprint> read(Path file) {
        List<X509Certificate> all = PemFile.read(file).certificates();
        List<X509Certificate> leaves =
                all.stream().filter(c -> c.getBasicConstraints() == NOT_A_CA).toList();
        Set<Fingerprint> fingerprints = new LinkedHashSet<>();
        for (X509Certificate leaf : leaves.isEmpty() ? all : leaves) {
            try {
                fingerprints.add(Fingerprint.of(leaf));
            } catch (CertificateEncodingException e) {
                throw new CertificateFileException(file + " has a certificate that cannot be read", e);
            }
        }
        return Collections.unmodifiableSet(fingerprints);
    }
}
