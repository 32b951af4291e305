package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalancerLeavesTest {
    private final TestPki pki = new TestPki();
    private final ServerCertificate first = pki.issue("a.example");
    private final ServerCertificate second = pki.issue("a.example");
    private final ServerCertificate third = pki.issue("a.example");

    private final Path file;
    private int writes;

    BalancerLeavesTest(@TempDir Path folder) throws IOException {
        file = folder.resolve("balancer.pem");
        write(first);
    }

    @Test
    void takesTheLeafAndNotItsIssuer() {
        assertThat(BalancerLeaves.load(file).current()).containsExactly(first.fingerprint());
    }

    @Test
    void keepsTheOldLeafBesideTheNewOneUntilTheNextChange() throws IOException {
        BalancerLeaves leaves = BalancerLeaves.load(file);

        write(second);
        leaves.refresh();
        leaves.refresh();
        assertThat(leaves.current()).containsExactlyInAnyOrder(first.fingerprint(), second.fingerprint());

        write(third);
        leaves.refresh();
        assertThat(leaves.current()).containsExactlyInAnyOrder(second.fingerprint(), third.fingerprint());
    }

    @Test
    void keepsWhatItKnowsWhileTheFileIsBroken() throws IOException {
        BalancerLeaves leaves = BalancerLeaves.load(file);
        Files.writeString(file, "half a file");

        assertThatThrownBy(leaves::refresh).isInstanceOf(CertificateFileException.class);
        assertThat(leaves.current()).containsExactly(first.fingerprint());

        write(second);
        leaves.refresh();
        assertThat(leaves.current()).contains(second.fingerprint());
    }

    private void write(ServerCertificate certificate) throws IOException {
        Files.writeString(file, PemText.of(certificate.chain()));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * ++writes));
    }
}
