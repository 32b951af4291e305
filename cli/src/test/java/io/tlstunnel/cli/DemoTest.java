package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command. */
final class DemoTest {

    private static final Pattern URL = Pattern.compile("visitor --> (http://127\\.0\\.0\\.1:\\d+/)");
    private static final Pattern FILES = Pattern.compile("files in (\\S+)");

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void onceFetchesAPageThroughTheTunnelAndLeavesNothing() {
        try (Program program = Program.start(folder, Map.of(), "demo", "--once")) {
            assertThat(program.exit()).isZero();
            assertThat(program.out())
                    .containsPattern("fetched \\S+ through the tunnel: status 200, \\d+ bytes in \\d+ ms");
            assertThat(program.err()).isEmpty();
            assertThat(Path.of(first(FILES, program.out()))).doesNotExist();
        }
    }

    @Test
    void goesOnWithFiguresUntilItIsStopped() throws IOException, InterruptedException {
        try (Program program = Program.start(folder, Map.of(), "demo")) {
            program.await("connections 0 open, 1 done");
            final String url = first(URL, program.out());
            final HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(page.body()).contains("Hello through the tunnel");
            program.await("connections 1 open, 1 done").await("round trip ").terminate();
            assertThat(program.exit()).isZero();
            assertThat(Files.exists(Path.of(first(FILES, program.out())))).isFalse();
        }
    }

    private static String first(Pattern pattern, String text) {
        final Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}
