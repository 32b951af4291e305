package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code invalid/} has beside it, in {@code .expected}, what is said about it, word by word. */
class InvalidFilesTest {
    private final Path folder;

    InvalidFilesTest(@TempDir Path folder) throws IOException {
        this.folder = Fixtures.copy("invalid", folder);
    }

    static List<String> files() {
        return Fixtures.names("invalid");
    }

    @ParameterizedTest
    @MethodSource("files")
    void saysAllMistakesInFileOrder(String name) throws IOException {
        final Path file = folder.resolve(name);

        final ConfigException mistakes =
                catchThrowableOfType(ConfigException.class, () -> Fixtures.load(file, Map.of()));

        assertThat(mistakes).as(name + " is refused").isNotNull();
        final List<String> said = mistakes.problems().stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
        assertThat(said).containsExactlyElementsOf(Files.readAllLines(expected(name)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void neverShowsASecret(String name) {
        final Path file = folder.resolve(name);

        final ConfigException mistakes =
                catchThrowableOfType(ConfigException.class, () -> Fixtures.load(file, Map.of()));

        assertThat(mistakes.toString())
                .doesNotContain("correct horse", "hunter2", "01234567", "12345678", "too short", "pass@", "100%sure");
    }

    private Path expected(String name) {
        return folder.resolve(name.replace(".toml", ".expected"));
    }
}
