package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.transport.testing.TestPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The two ways to have a program read its file again, on the program itself. */
@DisabledOnOs(OS.WINDOWS)
final class ReloadProgramTest {

    private static final String KEY = "auth_key = \"0123456789abcdef\"\ndrain_timeout = \"1s\"\nreload_interval = 0\n";
    private static final String ENTRY = "[[clients]]\nname = \"office\"\nauth_key = \"fedcba9876543210\"\n";

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void aServerReloadsBySighupAndGoesOnAfterABadFile() throws IOException {
        writeServer(0, "");
        try (Program server = Program.start(folder, Map.of(), "server", "server.toml")) {
            server.await("server listening");
            writeServer(0, ENTRY);
            server.hangUp().await("configuration reloaded").await("[[clients]] office");
            writeServer(0, "[[clients]]\nname = \"office\"\n");
            server.hangUp().await("configuration not reloaded, nothing was changed");
            assertThat(server.err()).contains("server.toml:7:1: auth_key is missing in this [[clients]] entry");
            writeServer(0, "[log]\nformat = \"json\"\n");
            server.hangUp().await("\"message\":\"configuration reloaded\"");
            assertThat(server.terminate().exit()).isZero();
        }
    }

    @Test
    void aClientReloadsBySighup() throws IOException {
        writeClient("");
        try (Program client = Program.start(folder, Map.of(), "client", "client.toml")) {
            client.await("no tunnel");
            writeClient("[[proxies]]\nname = \"web\"\npublish_port = 0\nlocal_port = 80\n");
            client.hangUp().await("configuration reloaded").await("[[proxies]] web");
            assertThat(client.terminate().exit()).isZero();
        }
    }

    @Test
    void aProgramWithoutAFileEndsBySighup() throws IOException {
        Files.writeString(folder.resolve("auth.key"), "0123456789abcdef");
        try (Program client = Program.start(
                folder, Map.of(), "tcp", "22", "--server", "127.0.0.1:1", "--skip-verify", "--key-file", "auth.key")) {
            client.await("no tunnel");
            assertThat(client.hangUp().exit()).isZero();
        }
    }

    @Test
    void theReloadCommandChecksTheFileAndSaysWhatHasChanged() throws IOException {
        final int admin = TestPorts.free();
        writeServer(admin, "");
        try (Program server = Program.start(folder, Map.of(), "server", "server.toml")) {
            server.await("admin listening").await("server listening");
            writeServer(admin, ENTRY + "[log]\nformat = \"json\"\n", "memory_budget = \"64MiB\"\n");
            final Program good = reload("server.toml");
            assertThat(good.exit()).as(good.err()).isZero();
            assertThat(good.out())
                    .contains("changed: [log] format")
                    .contains("changed: [[clients]] office")
                    .contains("needs a restart: [server] memory_budget")
                    .contains("server.toml: reloaded");

            writeServer(admin, "[[clients]]\n");
            final Program bad = reload("server.toml");
            assertThat(bad.exit()).isEqualTo(2);
            assertThat(bad.err()).contains("server.toml:7:1: name is missing in [[clients]]");

            Files.copy(folder.resolve("server.toml"), folder.resolve("other.toml"));
            writeServer(admin, "");
            Files.writeString(folder.resolve("other.toml"), Files.readString(folder.resolve("server.toml")));
            final Program other = reload("other.toml");
            assertThat(other.exit()).isEqualTo(1);
            assertThat(other.err()).contains("runs with another file").contains("server.toml");
        }
        final Program nobody = reload("server.toml");
        assertThat(nobody.exit()).isEqualTo(1);
        assertThat(nobody.err()).contains("tls-tunnel: nobody answers at 127.0.0.1:" + admin);
    }

    @Test
    void withoutAnAdminPortTheReloadCommandSaysWhatElseToDo() throws IOException {
        writeClient("");
        final Program client = reload("client.toml");
        assertThat(client.exit()).isEqualTo(1);
        assertThat(client.err()).contains("send it a SIGHUP (kill -HUP PID)");
    }

    private Program reload(String file) {
        final Program program = Program.start(folder, Map.of(), "reload", file);
        program.exit();
        return program;
    }

    private void writeServer(int admin, String rest) throws IOException {
        writeServer(admin, rest, "");
    }

    private void writeServer(int admin, String rest, String keys) throws IOException {
        Files.writeString(
                folder.resolve("server.toml"),
                "[server]\nbind_addr = \"127.0.0.1\"\nbind_port = 0\n" + KEY + keys + rest
                        + (admin == 0 ? "\n[admin]\nbind_port = 0\n" : "\n[admin]\nbind_port = " + admin + "\n"));
    }

    private void writeClient(String rest) throws IOException {
        Files.writeString(
                folder.resolve("client.toml"), "[client]\nserver_addr = \"127.0.0.1\"\nserver_port = 1\n" + KEY + rest);
    }
}
