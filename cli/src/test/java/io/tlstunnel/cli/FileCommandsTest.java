package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ConfigFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that make or judge files. */
final class FileCommandsTest {

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void keysHave256BitsAndAreNeverTheSame() {
        final String first = Cli.run("key").out().strip();
        assertThat(Base64.getUrlDecoder().decode(first)).hasSize(32);
        assertThat(Cli.run("key").out().strip()).isNotEqualTo(first);
        assertThat(HexFormat.of().parseHex(Cli.run("key", "--hex").out().strip()))
                .hasSize(32);
    }

    @Test
    void aKeyFileIsForItsOwnerAndIsNotOverwritten() throws IOException {
        final Path file = folder.resolve("key");
        final Cli made = Cli.run("key", "--out", file.toString());
        assertThat(made.exit()).isZero();
        assertThat(mode(file)).isEqualTo("rw-------");
        final String key = Files.readString(file);
        assertThat(made.out()).contains("auth_key_file").doesNotContain(key.strip());
        final Cli again = Cli.run("key", "--out", file.toString());
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err().lines()).singleElement().asString().contains("is there already");
        assertThat(Files.readString(file)).isEqualTo(key);
        assertThat(Cli.run("key", "--out", folder.resolve("no/key").toString()).exit())
                .isEqualTo(2);
    }

    @Test
    void theServersTemplateRunsAsItIsAndTheClientsWantsThatKey() throws IOException {
        final Path server = folder.resolve("server.toml");
        assertThat(Cli.run("template", "server", "--out", server.toString()).exit())
                .isZero();
        assertThat(mode(server)).isEqualTo("rw-------");
        assertThat(Cli.run("check", server.toString()).out()).contains("can be used");
        final String key = ConfigFiles.readTree(server).getJsonObject("server").getString("auth_key");
        final Path client = folder.resolve("client.toml");
        final String template = Cli.run("template", "client").out();
        Files.writeString(client, template);
        assertThat(Cli.run("check", client.toString()).exit()).isEqualTo(2);
        Files.writeString(client, template.replaceFirst("(?m)^auth_key = \"[^\"]*\"", "auth_key = \"" + key + "\""));
        assertThat(Cli.run("check", client.toString())).returns(0, Cli::exit);
        assertThat(Cli.run("template", "neither").exit()).isEqualTo(2);
    }

    @Test
    void checkShowsAllMistakesAtTheirPlaces() throws IOException {
        final Path file = write("bad.toml", "[server]\nbind_prt = 3\nauth_key = \"short\"\n");
        final Cli text = Cli.run("check", file.toString());
        assertThat(text.exit()).isEqualTo(2);
        assertThat(text.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith(file + ":2:1: ") && line.contains("bind_port"))
                .anyMatch(line -> line.startsWith(file + ":3:1: "));
        final Cli json = Cli.run("check", "--format", "json", file.toString());
        assertThat(json.exit()).isEqualTo(2);
        final JsonObject answer = new JsonObject(json.out());
        assertThat(answer.getBoolean("usable")).isFalse();
        assertThat(answer.getJsonArray("problems")).hasSize(2);
        final JsonObject first = answer.getJsonArray("problems").getJsonObject(0);
        assertThat(first.getInteger("line")).isEqualTo(2);
        assertThat(first.getInteger("column")).isEqualTo(1);
        assertThat(first.getString("message")).contains("bind_prt");
    }

    @Test
    void checkIsContentWithAUsableFile() throws IOException {
        final Path file = write("good.toml", "[server]\nbind_port = 8443\nauth_key = \"0123456789abcdef\"\n");
        final JsonObject answer = new JsonObject(
                Cli.run("check", "--format", "json", "-c", file.toString()).out());
        assertThat(answer.getBoolean("usable")).isTrue();
        assertThat(answer.getJsonArray("problems")).isEmpty();
    }

    @Test
    void aCertificateIsMadeOnceAndItsFingerprintCanBePasted() throws IOException {
        final Cli made = Cli.run(
                "cert", "--out", folder.resolve("tls").toString(), "--san", "tunnel.example.com", "203.0.113.7");
        assertThat(made.exit()).isZero();
        assertThat(made.out()).startsWith("made ").contains("tunnel.example.com", "203.0.113.7");
        assertThat(mode(folder.resolve("tls/server-key.pem"))).isEqualTo("rw-------");
        final String pin = made.out()
                .lines()
                .filter(line -> line.contains("server_fingerprint"))
                .findFirst()
                .orElseThrow();
        final Cli shown = Cli.run("cert", "--out", folder.resolve("tls").toString());
        assertThat(shown.out()).startsWith("found ").contains(pin);
        final String line = pin.substring(pin.indexOf("server_fingerprint"));
        final Path client = write(
                "client.toml",
                "[client]\nserver_addr = \"tunnel.example.com\"\nauth_key = \"0123456789abcdef\"\n" + line
                        + "\n[[proxies]]\nname = \"a\"\npublish_port = 0\nlocal_port = 80\n");
        assertThat(ConfigFiles.loadClient(client, Map.of()).config().serverFingerprint())
                .isEqualTo(line.replaceAll(".*\"(.*)\".*", "$1"));
        assertThat(Cli.run("cert", "--out", folder.toString(), "--san", "not a name")
                        .exit())
                .isEqualTo(2);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
