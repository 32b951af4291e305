package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedCertificateTest {
    private static final CertificateNames NAMES = new CertificateNames(List.of("localhost"));

    private final Path folder;

    GeneratedCertificateTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void isMadeOnceAndUsedAgain() {
        ServerCertificate first = make();

        assertThat(make().fingerprint()).isEqualTo(first.fingerprint());
    }

    @Test
    void keepsTheKeyToItsOwner() throws IOException {
        make();

        assertThat(mode("server-key.pem")).isEqualTo("rw-------");
        assertThat(mode("server-cert.pem")).isEqualTo("rw-r--r--");
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        make();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("server-key.pem", "server-cert.pem");
        }
    }

    @Test
    void isTheSameForAllWhoMakeItAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 20; round++) {
                Path here = Files.createDirectory(folder.resolve("round-" + round));
                Callable<Fingerprint> maker =
                        () -> GeneratedCertificate.in(here, () -> NAMES).fingerprint();
                List<Future<Fingerprint>> made = threads.invokeAll(Collections.nCopies(8, maker));
                assertThat(made.stream().map(GeneratedCertificateTest::get).collect(Collectors.toSet()))
                        .hasSize(1);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void completesWhatAKilledProcessLeft() throws IOException {
        ServerCertificate first = make();
        Files.delete(folder.resolve("server-cert.pem"));

        ServerCertificate second = make();

        assertThat(second.key()).isEqualTo(first.key());
        assertThat(second.leaf().getPublicKey()).isEqualTo(first.leaf().getPublicKey());
    }

    @Test
    void doesNotReplaceAKeyThatIsLost() throws IOException {
        make();
        Files.delete(folder.resolve("server-key.pem"));

        assertThatThrownBy(this::make)
                .isInstanceOf(CertificateFileException.class)
                .hasMessageContaining("server-key.pem is missing although");
    }

    @Test
    void saysThatTheFolderCannotBeWritten() {
        Path nowhere = folder.resolve("nowhere");

        assertThatThrownBy(() -> GeneratedCertificate.in(nowhere, () -> NAMES))
                .isInstanceOf(CertificateFileException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("cert_path and key_path");
    }

    private ServerCertificate make() {
        return GeneratedCertificate.in(folder, () -> NAMES);
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
    }

    private static Fingerprint get(Future<Fingerprint> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
