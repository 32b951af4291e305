package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The balancer of {@code docker-compose.yml}, as far as it can be had without Docker's DNS. */
final class ComposeBalancerTest {

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void haproxyIsContentWithItsFile() throws Exception {
        Path said = folder.resolve("said.txt");
        Process check = new ProcessBuilder(
                        Tool.require("haproxy").toString(), "-c", "-f", "../conf/compose/haproxy.cfg")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).as(Files.readString(said)).isZero();
        assertThat(said).content().doesNotContain("WARNING");
    }
}
