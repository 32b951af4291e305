package io.tlstunnel.security;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** A PEM file and what stands in it. Every problem is a {@link CertificateFileException}. */
final class PemFile {
    private final Path file;
    private final List<Object> objects;

    private PemFile(Path file, List<Object> objects) {
        this.file = file;
        this.objects = objects;
    }

    static PemFile read(Path file) {
        List<Object> objects = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                PEMParser parser = new PEMParser(reader)) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                objects.add(next);
            }
        } catch (NoSuchFileException e) {
            throw new CertificateFileException(file + " does not exist", e);
        } catch (IOException | RuntimeException e) {
            throw new CertificateFileException(file + " cannot be read as PEM: " + reason(e), e);
        }
        return new PemFile(file, objects);
    }

    /** All certificates, in the order of the file; at least one. */
    List<X509Certificate> certificates() {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        List<X509Certificate> found = new ArrayList<>();
        for (Object object : objects) {
            if (object instanceof X509CertificateHolder holder) {
                try {
                    found.add(converter.getCertificate(holder));
                } catch (CertificateException e) {
                    throw new CertificateFileException(file + " has a certificate that cannot be read", e);
                }
            }
        }
        if (found.isEmpty()) {
            throw new CertificateFileException(file + " has no BEGIN CERTIFICATE block");
        }
        return List.copyOf(found);
    }

    /** The first private key, in PKCS#8, PKCS#1 or SEC 1. */
    PrivateKey privateKey() {
        for (Object object : objects) {
            if (object instanceof PrivateKeyInfo info) {
                return convert(info);
            }
            if (object instanceof PEMKeyPair pair) {
                return convert(pair.getPrivateKeyInfo());
            }
            if (object instanceof PKCS8EncryptedPrivateKeyInfo || object instanceof PEMEncryptedKeyPair) {
                throw new CertificateFileException(file
                        + " is encrypted with a password, which is not supported: decrypt it with"
                        + " \"openssl pkey -in FILE -out NEW_FILE\" and keep the result with mode 600");
            }
        }
        throw new CertificateFileException(file + " has no BEGIN PRIVATE KEY block");
    }

    private PrivateKey convert(PrivateKeyInfo info) {
        try {
            return new JcaPEMKeyConverter().getPrivateKey(info);
        } catch (IOException e) {
            throw new CertificateFileException(file + " has a private key of a kind that cannot be used", e);
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
