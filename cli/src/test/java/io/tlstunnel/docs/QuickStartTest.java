package io.tlstunnel.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.server.TunnelServer;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.testing.TestPorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Does what a page tells its reader to do: blocks marked {@code sh run}, with the files of {@code toml NAME}. */
final class QuickStartTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern PIN = Pattern.compile("server_fingerprint = \"([0-9a-f]{64})\"");
    private static final String HELLO = "hello from behind the NAT";

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void aPageComesThroughTheTunnelOfTheReadme(String name) throws Exception {
        final Page page = Page.of(name);
        final String pin = pin(run(page));
        final HttpServer service = service();
        final Vertx vertx = VertxRuntime.builder(Engine.Io.AUTO).build();
        try {
            final TunnelServer server = await(TunnelServer.start(vertx, serverConfig()));
            final TunnelClient client = TunnelClient.start(
                    vertx, clientConfig(server.port(), pin, service.getAddress().getPort()));
            final List<Published> published = await(client.ready());
            assertThat(published).hasSize(2);
            assertThat(fetch(webPort(published))).isEqualTo(HELLO);
            await(client.shutdown());
            await(server.close());
        } finally {
            await(vertx.close());
            service.stop(0);
        }
    }

    @Test
    void otherPagesRunTheirBlocksToo() throws Exception {
        for (final Page page : Page.all()) {
            if (!page.name().startsWith("README") && hasRunnable(page)) {
                run(page);
            }
        }
    }

    private static boolean hasRunnable(Page page) {
        return page.blocks("sh").stream().anyMatch(block -> block.mark().equals("run"));
    }

    /** In one folder, in order, as one script that ends at the first failure. Returns what it printed. */
    private String run(Page page) throws IOException, InterruptedException {
        final StringBuilder script = new StringBuilder("set -eu\n");
        for (final Page.Block block : page.blocks()) {
            if (block.is("toml") && !block.mark().isEmpty()) {
                Files.writeString(folder.resolve(block.mark()), block.text());
            } else if (block.is("sh") && block.mark().equals("run")) {
                script.append(block.text());
            }
        }
        assertThat(script.toString()).contains("tls-tunnel");
        launcher();
        final Path out = folder.resolve("printed.txt");
        final ProcessBuilder builder = new ProcessBuilder("sh", "-c", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        final Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("TLS_TUNNEL_") || name.equals("RUST_LOG"));
        environment.merge("PATH", folder + ":", (path, first) -> first + path);
        final Process process = builder.start();
        final boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        final String printed = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(ended).as(printed).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    /** {@code tls-tunnel} on the PATH: this build. */
    private void launcher() throws IOException {
        final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        final Path file = folder.resolve("tls-tunnel");
        Files.writeString(file, """
                #!/bin/sh
                exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' io.tlstunnel.cli.Main "$@"
                """.formatted(java, System.getProperty("java.class.path")));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static String pin(String printed) {
        final Matcher line = PIN.matcher(printed);
        assertThat(line.find()).as(printed).isTrue();
        return line.group(1);
    }

    /** The file of the page; only where it would need root or a public address does the environment step in. */
    private ServerConfig serverConfig() {
        return ConfigFiles.loadServer(
                        folder.resolve("server.toml"),
                        Map.of(
                                "TLS_TUNNEL_SERVER_BIND_ADDR", "127.0.0.1",
                                "TLS_TUNNEL_SERVER_BIND_PORT", "0",
                                "TLS_TUNNEL_ADMIN_BIND_PORT", "0"))
                .config();
    }

    /** The file of the page with the line that {@code tls-tunnel cert} printed, and with ports that are free here. */
    private ClientConfig clientConfig(int port, String pin, int servicePort) throws IOException {
        final Path file = folder.resolve("client.toml");
        Files.writeString(
                file,
                PIN.matcher(Files.readString(file))
                        .replaceAll("server_fingerprint = \"" + pin + "\"")
                        .replaceFirst("publish_port = \\d{4}", "publish_port = " + TestPorts.free())
                        .replaceFirst("publish_port = 2222", "publish_port = " + TestPorts.free())
                        .replace("local_port = 3000", "local_port = " + servicePort));
        return ConfigFiles.loadClient(
                        file,
                        Map.of(
                                "TLS_TUNNEL_CLIENT_SERVER_ADDR",
                                "127.0.0.1",
                                "TLS_TUNNEL_CLIENT_SERVER_PORT",
                                Integer.toString(port),
                                // Java's HTTP client keeps its connection for half a minute.
                                "TLS_TUNNEL_CLIENT_DRAIN_TIMEOUT",
                                "200ms"))
                .config();
    }

    private static int webPort(List<Published> published) {
        return published.stream()
                .filter(one -> one.proxy().startsWith("web"))
                .mapToInt(Published::port)
                .findFirst()
                .orElseThrow();
    }

    private static HttpServer service() throws IOException {
        final HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            final byte[] body = HELLO.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        return service;
    }

    private static String fetch(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
