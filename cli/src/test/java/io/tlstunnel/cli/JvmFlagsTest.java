package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.transport.testing.TestPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages of the JDK that libraries look into: every way to start the program opens the same ones. */
final class JvmFlagsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern FLAG = Pattern.compile("--add-(opens|exports)=(\\S+)=ALL-UNNAMED");
    private static final Pattern MANIFEST = Pattern.compile("<jar\\.(opens|exports)>(.+)</jar\\.");

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void bothLaunchersAndTheJarsOpenTheSame() throws IOException {
        final Set<String> flags = flags("tls-tunnel");
        assertThat(flags).contains("opens java.base/java.nio", "exports java.base/jdk.internal.ref");
        assertThat(flags("tls-tunnel.cmd")).isEqualTo(flags);
        final Set<String> ofJars = MANIFEST.matcher(Files.readString(ROOT.resolve("cli/pom.xml")))
                .results()
                .flatMap(line -> Stream.of(line.group(2).split(" ", -1)).map(opened -> line.group(1) + " " + opened))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ofJars).isEqualTo(flags);
    }

    private static Set<String> flags(String launcher) throws IOException {
        return FLAG.matcher(Files.readString(ROOT.resolve(launcher)))
                .results()
                .map(flag -> flag.group(1) + " " + flag.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Hazelcast warns at its start if it misses one. */
    @Test
    void aNodeOfAClusterStartsWithoutAWarning() throws IOException {
        Files.writeString(folder.resolve("server.toml"), """
                [server]
                bind_addr = "127.0.0.1"
                bind_port = 0
                auth_key = "0123456789abcdef"
                [cluster]
                secret = "what all nodes of this test share"
                node_addr = "127.0.0.1"
                cluster_port = %d
                link_port = %d
                members = "127.0.0.1"
                [admin]
                enabled = false
                """.formatted(TestPorts.free(), TestPorts.free()));
        Files.setPosixFilePermissions(folder.resolve("server.toml"), PosixFilePermissions.fromString("rw-------"));
        final String opens = FLAG.matcher(Files.readString(ROOT.resolve("tls-tunnel")))
                .results()
                .map(flag -> flag.group())
                .collect(Collectors.joining(" "));
        try (Program program = Program.start(folder, Map.of("JDK_JAVA_OPTIONS", opens), "server", "server.toml")) {
            program.await("server listening");
            assertThat(program.err().lines().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")))
                    .isEmpty();
        }
    }
}
