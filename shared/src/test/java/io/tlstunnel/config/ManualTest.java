package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code docs/configuration.md} and the samples say what the code does. */
class ManualTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/configuration.md");

    private static final String GIVEN = "auth_key = \"correct horse battery staple\"";

    /** Heading of each table of keys, and the keys that belong below it. */
    private static final Map<String, List<Key<?>>> TABLES = tables();

    @TestFactory
    List<DynamicTest> listsEveryKeyOnceWithItsRangeAndStandardValue() throws IOException {
        final List<DynamicTest> tests = new ArrayList<>();
        final String page = Files.readString(PAGE);
        TABLES.forEach((heading, keys) -> tests.add(DynamicTest.dynamicTest(
                heading,
                () -> assertThat(rows(page, heading))
                        .containsExactlyElementsOf(
                                keys.stream().map(ManualTest::row).toList()))));
        return tests;
    }

    @Test
    void coversEverySection() {
        final long documented = TABLES.values().stream().mapToLong(List::size).sum();
        final long known = List.of(FileKind.values()).stream()
                .flatMap(kind -> Schema.sections(kind).stream())
                .distinct()
                .mapToLong(section -> section.keys().size())
                .sum();
        assertThat(documented + Schema.Both.KEYS.size())
                .as("the common keys stand in two tables")
                .isEqualTo(known);
    }

    @Test
    void everySnippetOfThePageIsAValidFile() throws IOException {
        final String page = Files.readString(PAGE);
        final String[] parts = page.split("```toml\n", -1);
        assertThat(parts).hasSizeGreaterThan(2);
        for (int i = 1; i < parts.length; i++) {
            final String snippet =
                    parts[i].substring(0, parts[i].indexOf("```")).replaceAll("auth_key_file = \"[^\"]*\"", GIVEN);
            final Path file = Path.of("server-snippet.toml");
            final var tree = TomlSource.parse(file.toString(), snippet.getBytes(StandardCharsets.UTF_8));
            if (Tables.kindOf(tree) == FileKind.SERVER) {
                assertThat(ConfigFiles.serverFrom(tree, file, Map.of()).warnings())
                        .isEmpty();
            } else {
                assertThat(ConfigFiles.clientFrom(tree, file, Map.of()).warnings())
                        .isEmpty();
            }
        }
    }

    @Test
    void samplesInConfAreTheTemplates() throws IOException {
        assertThat(ROOT.resolve("conf/server-wss.toml")).hasContent(ConfigTemplate.of(FileKind.SERVER));
        assertThat(ROOT.resolve("conf/client-wss.toml")).hasContent(ConfigTemplate.of(FileKind.CLIENT));
    }

    private static Map<String, List<Key<?>>> tables() {
        final Map<String, List<Key<?>>> tables = new LinkedHashMap<>();
        tables.put("## `[server]`", own(Schema.Server.SECTION));
        tables.put("## `[[clients]]`", own(Schema.Clients.SECTION));
        tables.put("## `[cluster]`", own(Schema.Cluster.SECTION));
        tables.put("## `[client]`", own(Schema.Client.SECTION));
        tables.put("## `[[proxies]]`", own(Schema.Proxies.SECTION));
        tables.put("## Times, memory and engine", Schema.Both.KEYS);
        tables.put("## `[admin]`", own(Schema.Admin.SECTION));
        tables.put("## `[log]`", own(Schema.Log.SECTION));
        return tables;
    }

    private static List<Key<?>> own(Section section) {
        return section.keys().stream()
                .filter(key -> !Schema.Both.KEYS.contains(key))
                .toList();
    }

    private static List<String> rows(String page, String heading) {
        final String after = page.substring(page.indexOf(heading + "\n") + heading.length());
        final int end = after.indexOf("\n## ");
        return after.substring(0, end < 0 ? after.length() : end)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
    }

    private static String row(Key<?> key) {
        return "| `" + key.name() + "` | " + key.type().wanted() + " | " + key.absent() + " | " + key.description()
                + " |";
    }
}
