package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnvironmentTest {
    private static final String KEY = "correct horse battery staple";

    private final Path folder;

    EnvironmentTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void winsOverTheFile() throws IOException {
        final Path file = file("[server]\nbind_port = 1\nserver_path = \"/file\"\n[log]\nformat = \"text\"\n");

        final ServerConfig server = ConfigFiles.loadServer(
                        file,
                        Map.of(
                                "TLS_TUNNEL_SERVER_BIND_PORT", "8443",
                                "TLS_TUNNEL_SERVER_WSS_PATH", "/environment",
                                "TLS_TUNNEL_SERVER_AUTH_KEY", KEY,
                                "TLS_TUNNEL_SERVER_ALLOW_PORTS", "22, 8000-8099",
                                "TLS_TUNNEL_ADMIN_ENABLED", "false",
                                "TLS_TUNNEL_LOG_FORMAT", "json",
                                "TLS_TUNNEL_LOG", "debug"))
                .config();

        assertThat(server.bindPort()).isEqualTo(8443);
        assertThat(server.wssPath()).isEqualTo("/environment");
        assertThat(server.clients().get(0).allowPorts())
                .containsExactly(new PortRange(22, 22), new PortRange(8000, 8099));
        assertThat(server.admin().enabled()).isFalse();
        assertThat(server.log().format()).isEqualTo(LogConfig.Format.JSON);
    }

    /** What no key may be: who complains has read it. */
    @ParameterizedTest
    @EnumSource
    void everyKeyOfASingleTableIsReadFromItsVariable(FileKind kind) throws IOException {
        final Path file = Files.writeString(folder.resolve(kind + ".toml"), "[" + kind + "]\n");
        for (final Section section : Schema.sections(kind)) {
            if (section.form() == Section.Form.SINGLE) {
                for (final Key<?> key : section.keys()) {
                    final String variable = Environment.variable(section, key);
                    final ConfigException mistakes = catchThrowableOfType(
                            ConfigException.class, () -> Fixtures.load(file, Map.of(variable, "?!")));
                    assertThat(mistakes.problems().toString()).contains(variable);
                }
            }
        }
    }

    @Test
    void aKeyReplacesTheKeyFileOfTheFile() throws IOException {
        final Path file = file("[client]\nserver_addr = \"x\"\nauth_key_file = \"missing.key\"\n");

        final ClientConfig client = ConfigFiles.loadClient(file, Map.of("TLS_TUNNEL_CLIENT_AUTH_KEY", KEY))
                .config();

        assertThat(client.authKey()).isEqualTo(new Secret(KEY));
    }

    @Test
    void aTokenReplacesTheTokenFileOfTheFile() throws IOException {
        final Path file = file("[server]\nauth_key = \"" + KEY + "\"\n[admin]\ntoken_file = \"missing\"\n");

        final ServerConfig server = ConfigFiles.loadServer(file, Map.of("TLS_TUNNEL_ADMIN_TOKEN", "0123456789abcdef"))
                .config();

        assertThat(server.admin().token()).isEqualTo(new Secret("0123456789abcdef"));
    }

    @Test
    void mistakesNameTheVariableAndComeAfterThoseOfTheFile() throws IOException {
        final Path file = file("[client]\nserver_addr = \"x\"\nconections = 1\n");

        final ConfigException mistakes = catchThrowableOfType(
                ConfigException.class,
                () -> ConfigFiles.loadClient(
                        file,
                        Map.of(
                                "TLS_TUNNEL_CLIENT_AUTH_KEY", "hunter2",
                                "TLS_TUNNEL_CLIENT_SERVER_PORT", "https",
                                "TLS_TUNNEL_CLIENT_WSS_PATH", "tunnel",
                                "TLS_TUNNEL_CLIENT_SKIP_VERIFY", "TRUE",
                                "TLS_TUNNEL_CLIENT_CHANNEL_BINDING", "false")));

        assertThat(mistakes.problems())
                .extracting(problem -> problem.toString().replace(folder + "/", ""))
                .containsExactly(
                        "server.toml:3:1: conections is not a key of [client]; did you mean connections?",
                        "environment: TLS_TUNNEL_CLIENT_SERVER_PORT expects an integer from 1 to 65535,"
                                + " found the text \"https\"",
                        "environment: TLS_TUNNEL_CLIENT_AUTH_KEY expects a text of at least 16 characters, found 7;"
                                + " make a key with `tls-tunnel key`",
                        "environment: TLS_TUNNEL_CLIENT_WSS_PATH expects a path that begins with \"/\" and holds no"
                                + " space, \"?\" or \"#\", found the text \"tunnel\":"
                                + " write TLS_TUNNEL_CLIENT_WSS_PATH=/tunnel",
                        "environment: TLS_TUNNEL_CLIENT_SKIP_VERIFY = true with channel_binding = \"off\" would trust"
                                + " any server; keep one of the two checks");
    }

    @Test
    void anEmptyVariableCountsAsAbsent() throws IOException {
        final Path file = file("[server]\nbind_port = 1\nauth_key = \"" + KEY + "\"\n");

        final ServerConfig server = ConfigFiles.loadServer(file, Map.of("TLS_TUNNEL_SERVER_BIND_PORT", " "))
                .config();

        assertThat(server.bindPort()).isEqualTo(1);
    }

    @Test
    void mayBeTheWholeConfiguration() throws IOException {
        final ServerConfig server = ConfigFiles.loadServer(file(""), Map.of("TLS_TUNNEL_SERVER_AUTH_KEY", KEY))
                .config();

        assertThat(server.clients()).hasSize(1);
    }

    @Test
    void warnsOfASlipButNotOfWhatKubernetesSets() throws IOException {
        final Path file = file("[server]\nauth_key_file = \"auth.key\"\n");
        Fixtures.rights(Files.writeString(folder.resolve("auth.key"), KEY), "rw-------");

        final Loaded<ServerConfig> loaded = ConfigFiles.loadServer(
                file,
                Map.of(
                        "TLS_TUNNEL_SERVER_BIND_PROT", "1",
                        "TLS_TUNNEL_SERVER_SERVICE_HOST", "10.0.0.1",
                        "TLS_TUNNEL_SERVER_PORT", "tcp://10.0.0.1:443",
                        "TLS_TUNNEL_SERVER_PORT_443_TCP", "tcp://10.0.0.1:443",
                        "TLS_TUNNEL_CLIENT_NAME", "another program's"));

        assertThat(loaded.warnings())
                .extracting(Problem::toString)
                .containsExactly("environment: TLS_TUNNEL_SERVER_BIND_PROT is not a variable of ours;"
                        + " did you mean TLS_TUNNEL_SERVER_BIND_PORT?");
    }

    @Test
    void aServerFileStaysOneWhateverTheEnvironment() throws IOException {
        final Path file = file("[server]\nauth_key = \"" + KEY + "\"\n");

        assertThatThrownBy(() -> ConfigFiles.loadClient(file, Map.of("TLS_TUNNEL_CLIENT_AUTH_KEY", KEY)))
                .hasMessageEndingWith(":1:1: this is a server file; run `tls-tunnel server FILE`");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("server.toml"), text);
    }
}
