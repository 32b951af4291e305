package io.tlstunnel.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DescriptorExhaustionTest {

    @ParameterizedTest
    @EnumSource(names = {"FAST_EPOLL", "FAST_NIO"})
    void pausesAndWarnsOnceInsteadOfSpinning(DataPathUnderTest path, @TempDir Path folder) throws Exception {
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
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        String output = Files.readString(folder.resolve("output"));
        assertThat(process.exitValue())
                .as(output.substring(Math.max(0, output.length() - 3000)))
                .isZero();
    }
}
