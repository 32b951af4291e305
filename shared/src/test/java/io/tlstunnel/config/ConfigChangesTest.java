package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigChangesTest {
    private static final String SERVER = "[server]\nauth_key = \"correct horse battery staple\"\n";
    private static final String CLIENT =
            "[client]\nname = \"c\"\nserver_addr = \"a\"\nauth_key = \"correct horse battery staple\"\n";

    /** Told by the name of their entry, or by another key that they go into. */
    private static final Set<String> ELSEWHERE = Set.of(
            "[server] auth_key",
            "[server] auth_key_file",
            "[server] allow_ports",
            "[server] allow_types",
            "[server] max_streams",
            "[server] allow_from",
            "[server] deny_from",
            "[server] max_streams_per_second",
            "[server] bandwidth_limit",
            "[cluster] secret_file",
            "[admin] token_file",
            "[client] auth_key_file",
            "[client] server_port");

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @ParameterizedTest
    @EnumSource
    void everyKeyIsOneThatTakesEffectOrOneThatNeedsARestart(FileKind kind) {
        final List<String> told = new ArrayList<>(ConfigChanges.liveKeys(kind));
        told.addAll(ConfigChanges.restartKeys(kind));

        assertThat(told)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(Schema.sections(kind).stream()
                        .filter(section -> section.form() == Section.Form.SINGLE)
                        .flatMap(section -> section.keys().stream().map(key -> section.header() + " " + key.name()))
                        .filter(name -> !ELSEWHERE.contains(name))
                        .toList());
    }

    @Test
    void namesEntriesThatCameWentOrChanged() throws IOException {
        final ServerConfig before = server(SERVER + entry("stays") + entry("goes") + entry("changes"));
        final ServerConfig after = server(SERVER + "max_streams = 5\n" + entry("stays")
                + entry("changes").replace("the key of", "another key of") + entry("comes"));

        assertThat(ConfigChanges.between(before, after).live())
                .containsExactlyInAnyOrder(
                        "[[clients]] goes",
                        "[[clients]] changes",
                        "[[clients]] comes",
                        "[server] auth_key and its rights");
        assertThat(ConfigChanges.between(before, before).isEmpty()).isTrue();
    }

    @Test
    void whatNeedsARestartStaysAsItIsInAServer() throws IOException {
        final ServerConfig before = server(SERVER);
        final ServerConfig next = server(SERVER + """
                bind_port = 8443
                wss_path = "/else"
                hold_timeout = "1s"
                drain_timeout = "1s"
                auto_ports = "3000-3999"
                [admin]
                bind_port = 9901
                [log]
                level = "debug"
                """);
        final ServerConfig renewed = before.renewedBy(next);

        assertThat(ConfigChanges.between(before, next).restart())
                .containsExactlyInAnyOrder(
                        "[server] bind_port", "[server] wss_path", "[server] drain_timeout", "[admin] bind_port");
        assertThat(ConfigChanges.between(before, renewed))
                .isEqualTo(new ConfigChanges(ConfigChanges.between(before, next).live(), List.of()));
        assertThat(ConfigChanges.between(renewed, next).live()).isEmpty();
    }

    @Test
    void whatNeedsARestartStaysAsItIsInAClient() throws IOException {
        final ClientConfig before = client(CLIENT);
        final ClientConfig next = client(CLIENT.replace("\"c\"", "\"d\"") + """
                connections = 2
                connect_timeout = "1s"
                proxy = "http://p:3128"
                handshake_timeout = "1s"
                [[proxies]]
                name = "web"
                publish_port = 0
                local_port = 80
                """);
        final ClientConfig renewed = before.renewedBy(next);

        assertThat(ConfigChanges.between(before, next).restart())
                .containsExactlyInAnyOrder("[client] name", "[client] connect_timeout");
        assertThat(ConfigChanges.between(before, renewed).restart()).isEmpty();
        assertThat(ConfigChanges.between(renewed, next).live()).isEmpty();
        assertThat(before.dialsLike(renewed)).isFalse();
        assertThat(before.dialsLike(before.renewedBy(before))).isTrue();
    }

    @Test
    void theManualTellsThemApart() throws IOException {
        final String page = Files.readString(Path.of("../docs/configuration.md"));
        final String section = page.substring(page.indexOf("\n## Changing a running program"));
        final Set<String> told = new TreeSet<>();
        section.lines()
                .dropWhile(line -> !line.contains("needs a restart"))
                .takeWhile(line -> line.startsWith("|"))
                .flatMap(line -> Pattern.compile("`([^`]+)`").matcher(line).results())
                .forEach(name -> told.add(name.group(1)));

        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(Stream.of(FileKind.values())
                        .flatMap(kind -> ConfigChanges.restartKeys(kind).stream())
                        .collect(Collectors.toSet()));
    }

    private static String entry(String name) {
        return "[[clients]]\nname = \"" + name + "\"\nauth_key = \"the key of the client " + name + "\"\n";
    }

    private ServerConfig server(String text) {
        final Path file = folder.resolve("server.toml");
        return ConfigFiles.serverFrom(
                        TomlSource.parse(file.toString(), text.getBytes(StandardCharsets.UTF_8)), file, Map.of())
                .config();
    }

    private ClientConfig client(String text) {
        final Path file = folder.resolve("client.toml");
        return ConfigFiles.clientFrom(
                        TomlSource.parse(file.toString(), text.getBytes(StandardCharsets.UTF_8)), file, Map.of())
                .config();
    }
}
