package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code tls-tunnel}, with a java and a Maven that only say how they were called. */
final class LauncherTest {

    /** Surefire runs in the module's folder. */
    private static final Path LAUNCHER = Path.of("..", "tls-tunnel");

    private static final String JAVA = """
            #!/bin/sh
            printf '%s\\n' "$@"
            exit 7
            """;

    /** Builds one jar, and counts. */
    private static final String MAVEN = """
            #!/bin/sh
            echo built >>"$HOME/builds"
            echo "noise of the build"
            mkdir -p cli/target/lib
            echo "$HOME" >cli/target/lib/tls-tunnel-cli-1.jar
            cat pom.xml >>cli/target/lib/tls-tunnel-cli-1.jar
            echo lib >cli/target/lib/other-2.jar
            [ ! -e "$HOME/broken" ]
            """;

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private Path home = folder;
    private Path jdk = folder;

    @BeforeEach
    void layOut() throws IOException {
        home = Files.createDirectories(folder.resolve("a home/tls tunnel"));
        Files.copy(LAUNCHER, home.resolve("tls-tunnel"));
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        script(jdk.resolve("bin/java"), JAVA);
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    }

    @Test
    void anUnpackedArchiveRunsFromItsLibEvenThroughALink() throws IOException {
        Files.createDirectory(home.resolve("lib"));
        final Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("tls-tunnel"));
        final Run run = run(link, Map.of("JAVA_OPTS", "-Xmx99m -Da=b"), "server", "my file.toml");
        assertThat(run.exit).isEqualTo(7);
        assertThat(run.err).isEmpty();
        assertThat(run.out.lines().toList())
                .contains("-Xmx99m", "-Da=b", "--enable-native-access=ALL-UNNAMED", "-Dtlstunnel.terminal=false")
                .containsSequence(
                        "-cp",
                        home.toRealPath().resolve("lib") + "/*",
                        "io.tlstunnel.cli.Main",
                        "server",
                        "my file.toml")
                .doesNotContain("--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void aNewerJavaIsToldToKeepQuiet() throws IOException {
        Files.createDirectory(home.resolve("lib"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
        assertThat(run(home.resolve("tls-tunnel"), Map.of()).out).contains("--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void anOldOrMissingJavaIsASentence() throws IOException {
        Files.createDirectory(home.resolve("lib"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
        final Run old = run(home.resolve("tls-tunnel"), Map.of());
        assertThat(old.exit).isEqualTo(1);
        assertThat(old.err).contains("Java 17 or later is needed", "version 11");
        final Run missing = run(
                home.resolve("tls-tunnel"),
                Map.of("JAVA_HOME", folder.resolve("none").toString()));
        assertThat(missing.err.lines()).singleElement().asString().contains("JAVA_HOME", "no bin/java");
    }

    @Test
    void aCloneIsBuiltOnceAndAgainWhenASourceIsNewer() throws IOException {
        makeClone();
        final Run first = run(home.resolve("tls-tunnel"), Map.of(), "version");
        assertThat(first.exit).as(first.err).isEqualTo(7);
        assertThat(first.err.lines()).singleElement().asString().contains("building");
        final Path lib = classPath(first);
        assertThat(lib).startsWith(home.toRealPath().resolve("target/run"));
        assertThat(Files.readString(lib.resolve("other-2.jar"))).isEqualTo("lib\n");

        final Run second = run(home.resolve("tls-tunnel"), Map.of(), "version");
        assertThat(second.err).isEmpty();
        assertThat(classPath(second)).isEqualTo(lib);
        assertThat(builds()).isEqualTo(1);

        Files.writeString(home.resolve("pom.xml"), "<changed/>");
        Files.setLastModifiedTime(
                home.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(2)));
        final Run third = run(home.resolve("tls-tunnel"), Map.of(), "version");
        assertThat(builds()).isEqualTo(2);
        assertThat(classPath(third)).isNotEqualTo(lib);
        assertThat(lib.resolve("tls-tunnel-cli-1.jar"))
                .as("what a running program uses stays")
                .exists();
    }

    @Test
    void manyAtOnceBuildOnce() throws IOException {
        makeClone();
        final List<Process> processes = Stream.generate(() -> start(home.resolve("tls-tunnel"), Map.of(), "version"))
                .limit(4)
                .toList();
        assertThat(processes)
                .allSatisfy(process -> assertThat(finish(process).exit).isEqualTo(7));
        assertThat(builds()).isEqualTo(1);
        assertThat(home.resolve("target/run/lock")).doesNotExist();
    }

    @Test
    void aBuildThatFailsShowsMavensWordsAndLeavesNoLock() throws IOException {
        makeClone();
        Files.writeString(folder.resolve("broken"), "");
        final Run run = run(home.resolve("tls-tunnel"), Map.of(), "version");
        assertThat(run.exit).isEqualTo(1);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("noise of the build", "the build failed");
        assertThat(home.resolve("target/run/lock")).doesNotExist();
    }

    @Test
    void aCloneWithoutMavenOrCompilerSaysWhatToInstall() throws IOException {
        makeClone();
        Files.delete(folder.resolve("bin/mvn"));
        assertThat(run(home.resolve("tls-tunnel"), Map.of()).err).contains("install Maven");
        script(folder.resolve("bin/mvn"), MAVEN);
        Files.delete(jdk.resolve("bin/javac"));
        assertThat(run(home.resolve("tls-tunnel"), Map.of()).err).contains("install a JDK");
        assertThat(home.resolve("target/run/lock")).doesNotExist();
    }

    private void makeClone() throws IOException {
        Files.createDirectories(home.resolve("cli/src/main"));
        Files.createDirectories(home.resolve("cli/src/assembly"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.writeString(home.resolve("cli/pom.xml"), "<project/>");
        Files.createDirectories(folder.resolve("bin"));
        script(folder.resolve("bin/mvn"), "#!/bin/sh\ncd \"" + home + "\"\n" + MAVEN.substring("#!/bin/sh\n".length()));
    }

    private long builds() throws IOException {
        return Files.readString(folder.resolve("builds")).lines().count();
    }

    private static Path classPath(Run run) {
        final List<String> arguments = run.out.lines().toList();
        return Path.of(arguments.get(arguments.indexOf("-cp") + 1).replaceFirst("/\\*$", ""));
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run run(Path launcher, Map<String, String> environment, String... arguments) {
        return finish(start(launcher, environment, arguments));
    }

    /** With a PATH that has our Maven and the system's tools, but no Maven of the system's. */
    private Process start(Path launcher, Map<String, String> environment, String... arguments) {
        final ProcessBuilder builder =
                new ProcessBuilder(Stream.concat(Stream.of("/bin/sh", launcher.toString()), Stream.of(arguments))
                        .toList());
        builder.environment().clear();
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("PATH", folder.resolve("bin") + ":" + tools());
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path tools() {
        final Path tools = folder.resolve("tools");
        try {
            Files.createDirectories(tools);
            for (final String tool : List.of(
                    "cat",
                    "chmod",
                    "cksum",
                    "cp",
                    "dirname",
                    "find",
                    "head",
                    "ln",
                    "ls",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "sed",
                    "sh",
                    "sleep",
                    "touch",
                    "tr")) {
                final Path link = tools.resolve(tool);
                if (!Files.exists(link)) {
                    final Path usr = Path.of("/usr/bin", tool);
                    Files.createSymbolicLink(link, Files.exists(usr) ? usr : Path.of("/bin", tool));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return tools;
    }

    private static Run finish(Process process) {
        try {
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            final String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), out, err);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private record Run(int exit, String out, String err) {}
}
