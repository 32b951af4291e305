package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service published from the command line alone, against a real server, as the README shows it. */
final class AdHocProgramTest {

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @BeforeEach
    void prepare() throws IOException {
        assertThat(Cli.run("key", "--out", folder.resolve("key").toString()).exit())
                .isZero();
        Files.writeString(folder.resolve("server.toml"), """
                [server]
                bind_addr = "127.0.0.1"
                bind_port = 0
                auth_key_file = "key"
                drain_timeout = "1s"
                [admin]
                bind_port = 0
                """);
    }

    @Test
    void printsThePublicAddressAndServesThere() throws IOException, InterruptedException {
        final HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            final byte[] body = "the service".getBytes(StandardCharsets.UTF_8);
            // Or the client would wait for the connection's end when it is told to stop.
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        try (Program server = Program.start(folder, Map.of(), "server", "server.toml");
                Program client =
                        client(server, "http", "me", service.getAddress().getPort())) {
            final String url = match(client.await(" -> 127.0.0.1:"), "(http://127\\.0\\.0\\.1:\\d+) -> ");
            final HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("the service");
            assertThat(client.terminate().exit()).isZero();
        } finally {
            service.stop(0);
        }
    }

    @Test
    void theFirstOfTwoWithOneNameEndsWith3() {
        try (Program server = Program.start(folder, Map.of(), "server", "server.toml");
                Program first = client(server, "tcp", "same", 1)) {
            first.await(" -> 127.0.0.1:1");
            try (Program second = client(server, "tcp", "same", 1)) {
                assertThat(first.exit()).isEqualTo(3);
                assertThat(first.err().lines().filter(line -> line.startsWith("tls-tunnel: ")))
                        .hasSize(1);
                assertThat(second.await(" -> 127.0.0.1:1").terminate().exit()).isZero();
            }
        }
    }

    private Program client(Program server, String command, String name, int localPort) {
        final String address = match(server.await("sha256="), "server listening .*addr=(127\\.0\\.0\\.1:\\d+)");
        return Program.start(
                folder,
                Map.of(),
                command,
                Integer.toString(localPort),
                "--server",
                address,
                "--key-file",
                "key",
                "--name",
                name,
                "--publish",
                "127.0.0.1:0",
                "--fingerprint",
                match(server, "sha256=([0-9a-f]{64})"));
    }

    private static String match(Program program, String pattern) {
        final Matcher matcher = Pattern.compile(pattern).matcher(program.err() + program.out());
        assertThat(matcher.find()).as(program.err()).isTrue();
        return matcher.group(1);
    }
}
