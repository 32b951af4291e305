package io.tlstunnel.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DescriptorExhaustionTest {

    @ParameterizedTest
    @EnumSource(names = {"FAST_EPOLL", "FAST_NIO"})
    void pausesAndWarnsOnceInsteadOfSpinning(DataPathUnderTest path) throws Exception {
        assumeThat(DataPathUnderTest.all()).contains(path);
        assumeThat(Files.isExecutable(Path.of("/bin/sh"))).isTrue();
        Process process = new ProcessBuilder(List.of(
                        "/bin/sh",
                        "-c",
                        "ulimit -n 256; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DescriptorExhaustion.class.getName(),
                        path.name()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(output.substring(Math.max(0, output.length() - 3000)))
                .isZero();
    }
}
