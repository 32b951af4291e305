package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: exit codes, signals, the log. */
final class ProgramTest {

    private static final String SERVER = """
            [server]
            bind_addr = "127.0.0.1"
            bind_port = %d
            auth_key = "0123456789abcdef"
            drain_timeout = "1s"
            [admin]
            bind_port = 0
            """;

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void aServerEndsBySigtermWith0() throws IOException {
        write("server.toml", SERVER.formatted(0));
        try (Program program = Program.start(folder, Map.of(), "server", "server.toml")) {
            assertThat(program.await("INFO  cli starting command=server")
                            .await("listening")
                            .terminate()
                            .exit())
                    .isZero();
            assertThat(program.out()).isEmpty();
        }
    }

    @Test
    void aClientWithoutAServerGoesOnTryingAndEndsBySigtermWith0() throws IOException {
        write("client.toml", """
                [client]
                server_addr = "127.0.0.1"
                server_port = 1
                auth_key = "0123456789abcdef"
                drain_timeout = "1s"
                [[proxies]]
                name = "web"
                publish_port = 0
                local_port = 80
                """);
        try (Program program = Program.start(folder, Map.of(), "client", "-c", "client.toml")) {
            assertThat(program.await("starting command=client")
                            .await("no tunnel")
                            .terminate()
                            .exit())
                    .isZero();
        }
    }

    @Test
    void aTakenPortIsOneSentenceAndExit1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            write("server.toml", SERVER.formatted(taken.getLocalPort()));
            try (Program program = Program.start(folder, Map.of(), "server", "server.toml")) {
                assertThat(program.exit()).isEqualTo(1);
                assertThat(program.err())
                        .containsPattern("(?m)^tls-tunnel: .*" + taken.getLocalPort())
                        .doesNotContain("\tat ");
            }
        }
    }

    @Test
    void theEnvironmentTurnsTheLogUpAndTheFileTurnsItToJson() throws IOException {
        write("server.toml", SERVER.formatted(0) + "[log]\nformat = \"json\"\n");
        try (Program program = Program.start(folder, Map.of("TLS_TUNNEL_LOG", "debug"), "server", "server.toml")) {
            program.await("listening").terminate();
            assertThat(program.exit()).isZero();
            assertThat(program.err().lines())
                    .isNotEmpty()
                    .allSatisfy(line ->
                            assertThat(new JsonObject(line).getMap()).containsKeys("time", "level", "area", "message"));
        }
    }

    @Test
    void aMistakeInTheEnvironmentIsAUsageError() {
        try (Program program = Program.start(folder, Map.of("TLS_TUNNEL_LOG", "loud"), "key")) {
            assertThat(program.exit()).isEqualTo(2);
            assertThat(program.err()).startsWith("tls-tunnel: TLS_TUNNEL_LOG is \"loud\"");
        }
    }

    @Test
    void keysOfTheFileCanComeFromTheEnvironment() throws IOException {
        write("server.toml", "[server]\nauth_key = \"0123456789abcdef\"\n");
        final Map<String, String> environment = Map.of("TLS_TUNNEL_SERVER_BIND_PORT", "x");
        try (Program program = Program.start(folder, environment, "check", "server.toml")) {
            assertThat(program.exit()).isEqualTo(2);
            assertThat(program.out()).contains("TLS_TUNNEL_SERVER_BIND_PORT");
        }
    }

    @Test
    void thereIsNoColourWhereNobodyWatches() {
        try (Program program = Program.start(folder, Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1"), "key", "--help")) {
            assertThat(program.exit()).isZero();
            assertThat(program.out()).doesNotContain("\u001b");
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
