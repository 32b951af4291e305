package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesAndRightsTest {
    private static final String KEY = "correct horse battery staple";

    private final Path folder;

    FilesAndRightsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void warnsOfSecretsThatOthersCanRead() throws IOException {
        final Path key = open("auth.key", KEY);
        final Path pem = open("key.pem", "x");
        final Path file = open(
                "server.toml",
                "[server]\nauth_key_file = \"auth.key\"\ncert_path = \"key.pem\"\nkey_path = \"key.pem\"\n"
                        + "[[clients]]\nname = \"a\"\nauth_key = \"" + KEY + "\"\n");

        assertThat(ConfigFiles.loadServer(file, Map.of()).warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        file + ":2:1: auth_key_file names " + key + ", which others can read; run `chmod 600 " + key
                                + "`",
                        file + ":4:1: key_path names " + pem + ", which others can read; run `chmod 600 " + pem + "`",
                        file + ":7:1: auth_key stands in a file that others can read; run `chmod 600 " + file + "`");
    }

    @Test
    void warnsOfAClientThatPublishesNothingAndOfKeysWithoutUse() throws IOException {
        final Path file = open(
                "client.toml",
                "[client]\nserver_addr = \"::1\"\ntransport = \"ws\"\n" + "server_fingerprint = \"" + "ab".repeat(32)
                        + "\"\nauth_key = \"" + KEY + "\"\n[admin]\ntoken = \"0123456789abcdef\"\n");
        Fixtures.rights(file, "rw-------");

        assertThat(ConfigFiles.loadClient(file, Map.of()).warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        file + ":1:1: there is no [[proxies]] in this file, so nothing is published",
                        file + ":4:1: server_fingerprint is not used with transport = \"ws\"",
                        file + ":7:1: token is not used: only a server has an API that asks for it");
    }

    @Test
    void takesTheKeyOutOfItsFileWithoutTheLineEnd() throws IOException {
        open("auth.key", KEY + "\r\n");
        final Path file = open("server.toml", "[server]\nauth_key_file = \"auth.key\"\n");

        assertThat(ConfigFiles.loadServer(file, Map.of())
                        .config()
                        .clients()
                        .get(0)
                        .keys())
                .containsExactly(new Secret(KEY));
    }

    @Test
    void readsWhatWindowsEditorsAndPowerShellWrite() throws IOException {
        final String text = "\uFEFF[server]\r\nauth_key = \"" + KEY + "\"\r\nbind_port = 8443\r\n";
        for (final Charset charset :
                new Charset[] {StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE}) {
            final Path file = Files.write(folder.resolve("server.toml"), text.getBytes(charset));

            assertThat(ConfigFiles.loadServer(file, Map.of()).config().bindPort())
                    .isEqualTo(8443);
        }
    }

    @Test
    void refusesAFileThatIsNotText() throws IOException {
        final Path file = Files.write(folder.resolve("server.toml"), new byte[] {'[', (byte) 0xC3, (byte) 0x28});

        assertThatThrownBy(() -> ConfigFiles.loadServer(file, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": this is not text in UTF-8; save it as UTF-8 in your editor");
    }

    @Test
    void tellsWhoseFileItIs() throws IOException {
        assertThat(ConfigFiles.kindOf(open("a", "[server]\n"))).isEqualTo(FileKind.SERVER);
        assertThat(ConfigFiles.kindOf(open("b", "[[proxies]]\n[client]\n"))).isEqualTo(FileKind.CLIENT);
        assertThat(ConfigFiles.kindOf(open("c", "[log]\n"))).isNull();
        assertThat(ConfigFiles.kindOf(open("d", "[server]\n[client]\n"))).isNull();
    }

    @Test
    void templatesAreRefusedForTheirPlaceholderAndNothingElse() throws IOException {
        for (final FileKind kind : FileKind.values()) {
            final Path file = open(kind + ".toml", ConfigTemplate.of(kind));

            assertThatThrownBy(() -> Fixtures.load(file, Map.of()))
                    .isInstanceOfSatisfying(
                            ConfigException.class,
                            mistakes -> assertThat(mistakes.problems())
                                    .singleElement()
                                    .satisfies(problem -> assertThat(problem.message())
                                            .startsWith("auth_key is still the placeholder of the guide")));
        }
    }

    @Test
    void linesThatTheTemplatesSwitchOffAreRight() throws IOException {
        for (final FileKind kind : FileKind.values()) {
            final String all = ConfigTemplate.of(kind)
                    .replaceAll("(?m)^# (?=(?:[a-z_]+ = |\\[))", "")
                    .replaceAll("(?m)^(auth_key|auth_key_file|ca_cert_path|server_fingerprint) = .*$", "")
                    .replaceAll("(?m)^(cert_path|key_path) = .*$", "$1 = \"some.pem\"")
                    .replaceFirst("(?m)^\\[(client|server)]$", "[$1]\nauth_key = \"" + KEY + "\"")
                    .replace("name = \"office\"", "name = \"office\"\nauth_key = \"" + KEY + "\"");
            Fixtures.rights(open("some.pem", "x"), "rw-------");
            final Path file = open(kind + ".toml", all);
            Fixtures.rights(file, "rw-------");

            assertThat(Fixtures.load(file, Map.of()).warnings()).isEmpty();
        }
    }

    private Path open(String name, String text) throws IOException {
        final Path file = Files.writeString(folder.resolve(name), text);
        Fixtures.rights(file, "rw-r--r--");
        return file;
    }
}
