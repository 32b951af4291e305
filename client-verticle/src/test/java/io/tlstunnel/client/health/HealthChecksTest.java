package io.tlstunnel.client.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.metrics.Exposition;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks of real services, on both data paths. */
@ParameterizedClass
@ValueSource(strings = {"fast", "plain"})
@Timeout(60)
class HealthChecksTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Parameter
    private String path = "fast";

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private final Vertx vertx = VertxRuntime.builder(Engine.Io.AUTO).build();
    private final Context context = vertx.getOrCreateContext();
    private final ClientMetrics metrics = new ClientMetrics(new AdminConfig(true, "127.0.0.1", 0, 10));
    private final List<Set<String>> told = new CopyOnWriteArrayList<>();
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    /** What is answered, or nothing. */
    private volatile String answer = "HTTP/1.1 200 OK\r\n\r\n";

    HealthChecksTest() throws IOException {
        Thread service = new Thread(this::serve);
        service.setDaemon(true);
        service.start();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                if (!answer.isEmpty()) {
                    socket.shutdownOutput();
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        listener.close();
        metrics.close();
    }

    private ClientConfig config(String keys) throws IOException {
        Path file = folder.resolve("client.toml");
        Files.writeString(file, """
                [client]
                server_addr = "127.0.0.1"
                auth_key = "a-key-for-tests-0123456789"
                data_path = "%s"
                [[proxies]]
                name = "site"
                publish_port = 8080
                local_port = %d
                health_check_interval = "200ms"
                health_check_timeout = "100ms"
                health_check_threshold = 2
                %s
                """.formatted(path, listener.getLocalPort(), keys));
        return ConfigFiles.loadClient(file, Map.of()).config();
    }

    private HealthChecks watch(ClientConfig config) {
        HealthChecks checks = new HealthChecks(context, config, metrics, told::add);
        context.runOnContext(ignored -> checks.watch(config.proxies()));
        return checks;
    }

    private void await(Set<String> down) {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> !told.isEmpty() && told.get(told.size() - 1).equals(down));
    }

    private void awaitChecks(int count) {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> metrics.registry()
                                .scrape(Exposition.PROMETHEUS)
                                .lines()
                                .filter(line -> line.startsWith("tls_tunnel_client_health_checks_total"))
                                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                                .sum()
                        >= count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 500 Oops\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n"})
    void whoAnswersOtherwiseOrNotAtAllIsDownAndUpAgainByOneGoodAnswer(String bad) throws IOException {
        answer = bad;
        watch(config("health_check = \"http\""));
        await(Set.of("site"));
        assertThat(metrics.servicesDown().value()).isEqualTo(1);
        answer = "HTTP/1.0 301 Moved\r\n\r\n";
        await(Set.of());
        assertThat(metrics.servicesDown().value()).isZero();
    }

    @Test
    void byTcpWhoAcceptsIsUpAndWhoDoesNotListenIsDown() throws IOException {
        answer = "";
        watch(config("health_check = \"tcp\""));
        awaitChecks(5);
        assertThat(told).isEmpty();
        listener.close();
        await(Set.of("site"));
    }

    @Test
    void whoIsNotCheckedAnyMoreIsNotDownAnyMore() throws IOException {
        answer = "";
        HealthChecks checks = watch(config("health_check = \"http\""));
        await(Set.of("site"));
        context.runOnContext(ignored -> checks.watch(List.of()));
        await(Set.of());
        assertThat(metrics.servicesDown().value()).isZero();
    }
}
