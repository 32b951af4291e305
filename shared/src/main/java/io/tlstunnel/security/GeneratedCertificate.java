package io.tlstunnel.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * The certificate that a server makes for itself beside its configuration, once, and uses ever after: the key in
 * {@code server-key.pem} with mode 600, the certificate in {@code server-cert.pem}.
 *
 * <p>The key is published first and the certificate is made for whatever key stands there, so two processes that start at
 * once agree, and one that is killed in between leaves nothing that the next cannot complete.
 */
public final class GeneratedCertificate {
    /** Name of the certificate's file. */
    public static final String CERTIFICATE_FILE = "server-cert.pem";

    /** Name of the key's file. */
    public static final String KEY_FILE = "server-key.pem";

    private static final String CERTIFICATE_MODE = "rw-r--r--";
    private static final String KEY_MODE = "rw-------";

    private GeneratedCertificate() {}

    /**
     * Loads what is there, after making what is not. Blocking.
     *
     * @param names asked only if a certificate has to be made
     * @throws CertificateFileException if the folder cannot be written or holds files that do not fit together
     */
    public static ServerCertificate in(Path folder, Supplier<CertificateNames> names) {
        Path certificateFile = folder.resolve(CERTIFICATE_FILE);
        Path keyFile = folder.resolve(KEY_FILE);
        // In this order: whoever sees a certificate sees its key too, however many processes are at it.
        boolean certified = Files.exists(certificateFile);
        if (!Files.exists(keyFile)) {
            if (certified) {
                throw new CertificateFileException(keyFile + " is missing although " + certificateFile
                        + " is there: put the key back, or delete the certificate to have both made anew");
            }
            publish(keyFile, PemText.of(P256.newPair().getPrivate()), KEY_MODE);
        }
        if (!certified) {
            KeyPair pair = pairOf(PemFile.read(keyFile).privateKey(), keyFile);
            publish(
                    certificateFile,
                    PemText.of(List.of(SelfSigned.certificate(pair, names.get(), Instant.now()))),
                    CERTIFICATE_MODE);
        }
        return ServerCertificate.load(certificateFile, keyFile);
    }

    private static void publish(Path file, String content, String mode) {
        try {
            PublishedFile.create(file, content, mode);
        } catch (IOException e) {
            throw new CertificateFileException(
                    file + " cannot be written (" + e.getClass().getSimpleName()
                            + "): make the folder writable, or set cert_path and key_path",
                    e);
        }
    }

    private static KeyPair pairOf(PrivateKey key, Path keyFile) {
        if (!(key instanceof ECPrivateKey ec)) {
            throw new CertificateFileException(keyFile + " has no " + CERTIFICATE_FILE
                    + " beside it and is no EC key of this program: set cert_path and key_path, or move it away");
        }
        try {
            PublicKey publicKey = P256.publicKey(ec);
            if (KeyMatch.matches(key, publicKey)) {
                return new KeyPair(publicKey, key);
            }
            throw new CertificateFileException(keyFile + " is no key on the curve P-256: set cert_path and key_path");
        } catch (GeneralSecurityException e) {
            throw new CertificateFileException(keyFile + " holds no usable EC key", e);
        }
    }
}
