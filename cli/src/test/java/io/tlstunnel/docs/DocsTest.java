package io.tlstunnel.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tlstunnel.cli.CommandModel;
import io.tlstunnel.config.ConfigFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every page: what can be read off it without starting anything. {@link QuickStartTest} runs what is marked so. */
final class DocsTest {

    private static final List<Page> PAGES = Page.all();
    private static final Sources SOURCES = Sources.read();
    private static final Names NAMES = new Names(SOURCES);

    /** Files that the samples name; each is there for the check. */
    private static final Pattern FILE_KEY = Pattern.compile(
            "(?m)^((?:auth_key_file|secret_file|cert_path|key_path|ca_cert_path|balancer_cert_path) = )\"[^\"]*\"");

    private static final Pattern PLACEHOLDER = Pattern.compile("\"your-secret-key-here\"");

    /** What differs from case to case in a quoted message: an ellipsis, a word in capitals. */
    private static final Pattern GAP = Pattern.compile("\u2026|\\b[A-Z]{4,}\\b");

    /** Where the program puts a message together: clauses, numbers, keys of a log line. */
    private static final Pattern SEAM = Pattern.compile("(?<=[:;]) |[:;](?=$)|\\b\\d{3,4}\\b|\\w+=\"?");

    /** Clauses up to that length prove nothing. */
    private static final int SHORT = 3;

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @TestFactory
    Stream<DynamicTest> everyCommandParses() {
        return PAGES.stream()
                .map(page -> dynamicTest(page.name(), () -> {
                    for (final Page.Block block : page.blocks()) {
                        if (block.is("sh") || block.is("console")) {
                            parse(block.text());
                        }
                    }
                    page.spans().stream()
                            .filter(span -> span.startsWith("tls-tunnel ") || span.startsWith("./tls-tunnel "))
                            .forEach(DocsTest::parse);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyServiceFileCallsTheProgramRight() throws IOException {
        try (Stream<Path> files = Files.list(Page.ROOT.resolve("conf/systemd"))) {
            return files
                    .map(file -> dynamicTest(
                            file.getFileName().toString(),
                            () -> assertThat(Page.text(file)
                                            .lines()
                                            .filter(line -> line.startsWith("ExecStart"))
                                            .map(line -> line.substring(line.indexOf('=') + 1))
                                            .toList())
                                    .isNotEmpty()
                                    .allSatisfy(command ->
                                            assertThat(parse(command)).isEqualTo(1))))
                    .toList()
                    .stream();
        }
    }

    private static int parse(String shell) {
        final List<List<String>> calls = ShellWords.ofProgram(shell);
        calls.forEach(arguments -> assertThatCode(() -> CommandModel.parse(arguments))
                .as("tls-tunnel " + String.join(" ", arguments))
                .doesNotThrowAnyException());
        return calls.size();
    }

    @TestFactory
    Stream<DynamicTest> everySampleOfTomlIsAValidFile() {
        return PAGES.stream()
                .flatMap(page -> page.blocks("toml").stream()
                        .map(block -> dynamicTest(page.name() + ": " + block, () -> load(block.text()))));
    }

    /** A sample of one table stands for a file that has the rest of it. */
    private void load(String sample) throws IOException {
        final Path secret = Files.writeString(folder.resolve("named"), "correct horse battery staple\n");
        final String text = PLACEHOLDER
                .matcher(FILE_KEY.matcher(sample).replaceAll("$1\"" + secret + "\""))
                .replaceAll("\"correct horse battery staple\"");
        final boolean client = has(text, "[client]") || has(text, "[[proxies]]");
        final boolean whole = has(text, "[client]") || has(text, "[server]");
        final String given = "auth_key_file = \"" + secret + "\"\n";
        final String head = whole ? "" : client ? "[client]\nserver_addr = \"a\"\n" + given : "[server]\n" + given;
        final Path file = Files.writeString(folder.resolve("sample.toml"), head + text);
        assertThatCode(() -> {
                    if (client) {
                        ConfigFiles.loadClient(file, Map.of());
                    } else {
                        ConfigFiles.loadServer(file, Map.of());
                    }
                })
                .as(text)
                .doesNotThrowAnyException();
    }

    private static boolean has(String toml, String table) {
        return toml.lines().anyMatch(line -> line.startsWith(table));
    }

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() {
        return PAGES.stream()
                .map(page -> dynamicTest(
                        page.name(), () -> assertThat(page.links()).allSatisfy(link -> follow(page, link))));
    }

    private static void follow(Page page, String link) {
        final String[] parts = link.split("#", 2);
        final Path target = parts[0].isEmpty()
                ? page.path()
                : page.path().resolveSibling(parts[0]).normalize();
        assertThat(target).exists();
        if (parts.length == 2) {
            assertThat(Page.of(Page.ROOT.relativize(target.toAbsolutePath()).toString())
                            .anchors())
                    .as("headings of " + target)
                    .contains(parts[1]);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyNameInBackticksIsKnown() {
        return PAGES.stream()
                .map(page -> dynamicTest(
                        page.name(),
                        () -> assertThat(page.spans().stream().filter(NAMES::isUnknown))
                                .isEmpty()));
    }

    /** In tables of the two pages for trouble, what stands in backticks with a blank in it is quoted from the program. */
    @TestFactory
    Stream<DynamicTest> everyQuotedMessageIsOneOfTheProgram() {
        return Stream.of("docs/troubleshooting.md", "README.zh-CN.md", "docs/operations.md")
                .map(Page::of)
                .map(page -> dynamicTest(
                        page.name(),
                        () -> assertThat(page.spans().stream()
                                        .filter(DocsTest::isQuoted)
                                        .flatMap(DocsTest::unsaid))
                                .isEmpty()));
    }

    /** Commands, keys with values and lines of the log have a form of their own; four words and more are a message. */
    private static boolean isQuoted(String span) {
        return span.matches("[^=/]*[a-z]+ [a-z]+ [^=]*[a-z]+.*|[a-z]+ [a-z]+ [a-z]+.*")
                && !span.matches("(tls-tunnel|\\./tls-tunnel|apt|openssl|curl|GET|sysctl|getent|ss|mvn) .*")
                && !span.matches("[a-z_]+ = .*");
    }

    /** Clauses of {@code quote} that the program never prints. */
    private static Stream<String> unsaid(String quote) {
        return GAP.splitAsStream(quote)
                .map(String::strip)
                .filter(fragment -> !SOURCES.say(fragment))
                .flatMap(SEAM::splitAsStream)
                .map(String::strip)
                .filter(clause -> clause.length() > SHORT && !SOURCES.say(clause))
                .map(clause -> clause + " <- " + quote);
    }
}
