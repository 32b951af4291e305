package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.server.TunnelServer;
import io.tlstunnel.transport.testing.TestPorts;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tls-tunnel status} and a server that runs. */
final class StatusCommandTest {
    private static final String TOKEN = "the-token-of-this-test";

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private String file = "set by start";
    private String url = "set by start";

    @BeforeEach
    void start() throws IOException, TimeoutException {
        final int admin = TestPorts.free();
        write("token", TOKEN + "\n");
        url = "http://127.0.0.1:" + admin;
        file = write("server.toml", """
                [server]
                name = "node-1"
                bind_addr = "127.0.0.1"
                bind_port = 0
                auth_key = "0123456789abcdef"
                [admin]
                bind_port = %d
                token_file = "token"
                """.formatted(admin));
        TunnelServer.start(
                        vertx, ConfigFiles.loadServer(Path.of(file), Map.of()).config())
                .await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws TimeoutException {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void readsFromTheFileWhereAndWithWhichTokenToAsk() {
        final Cli text = Cli.run("status", file);
        assertThat(text.err()).isEmpty();
        assertThat(text.exit()).isZero();
        assertThat(text.out().lines()).containsExactly("node-1, a single node", "", "No client.", "", "No proxy.");

        final Cli json = Cli.run("status", "--format", "json", file);
        assertThat(new JsonObject(json.out()).fieldNames()).containsExactly("cluster", "clients", "proxies");
    }

    @Test
    void saysWhoWouldServeAPort() {
        final Cli text = Cli.run("status", "--why", "2222", file);
        assertThat(text.exit()).isZero();
        assertThat(text.out().lines())
                .containsExactly(
                        "Port 2222 as node-1 sees it:",
                        "- Nobody has claimed port 2222.",
                        "- node-1 sends visitors of port 2222 to nobody.");
        final Cli json = Cli.run("status", "--why", "2222", "--format", "json", file);
        assertThat(new JsonObject(json.out()).getInteger("port")).isEqualTo(2222);
        assertThat(Cli.run("status", "--why", "0", file)).returns(2, Cli::exit);
    }

    @Test
    void asksAnotherMachineByUrlAndTokenFile() throws IOException {
        final String token = folder.resolve("token").toString();
        assertThat(Cli.run("status", "--url", url, "--token-file", token)).returns(0, Cli::exit);
        assertThat(Cli.run("status", "--url", url + "/", file)).returns(0, Cli::exit);

        final Cli without = Cli.run("status", "--url", url);
        assertThat(without.exit()).isEqualTo(1);
        assertThat(without.err()).contains("asks for its token; name the file that holds it with --token-file");
        final Cli wrong = Cli.run("status", "--token-file", write("wrong", "another-token-than-that"), file);
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).contains("has another token than this one").doesNotContain("another-token-than-that");
    }

    @Test
    void whatIsWrongIsOneSentence() throws IOException {
        final String empty = write("empty", "\n");
        final String client = write("client.toml", """
                [client]
                server_addr = "a"
                auth_key = "0123456789abcdef"
                [[proxies]]
                name = "a"
                publish_port = 0
                local_port = 80
                """);
        assertMisused("which FILE?", "status");
        assertMisused("--url takes http://HOST:PORT", "status", "--url", "127.0.0.1:9900");
        assertMisused("holds no token", "status", "--url", url, "--token-file", empty);
        assertMisused("cannot be read", "status", "--url", url, "--token-file", empty + "x");
        assertMisused("is a client's; status is asked of a server", "status", client);

        final Cli nobody = Cli.run("status", "--url", "http://127.0.0.1:" + TestPorts.free());
        assertThat(nobody.exit()).isEqualTo(1);
        assertThat(nobody.err()).contains("nobody answers at 127.0.0.1:");
    }

    private static void assertMisused(String sentence, String... arguments) {
        final Cli cli = Cli.run(arguments);
        assertThat(cli.exit()).as(cli.err()).isEqualTo(2);
        assertThat(cli.err()).contains(sentence);
    }

    @Test
    void watchesUntilItIsEnded() throws TimeoutException {
        try (Program watching = Program.start(folder, Map.of(), "status", "--watch", file)) {
            watching.await("node-1, a single node");
            vertx.close().await(30, TimeUnit.SECONDS);
            watching.await("nobody answers at ");
            assertThat(watching.terminate().exit()).as(watching.err()).isZero();
        }
    }
}
