package io.tlstunnel.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who may read {@code /api/v1}. */
class ApiTest {
    private static final String TOKEN = "the-token-of-this-test";
    private static final String CLUSTER = "/api/v1/cluster";

    private final MetricsRegistry metrics = new MetricsRegistry();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    /** Says what it was asked. */
    private static final class Told implements AdminStatus {
        @Override
        public Future<Answer> cluster() {
            return answer("cluster");
        }

        @Override
        public Future<Answer> proxies() {
            return answer("proxies");
        }

        @Override
        public Future<Answer> clients() {
            return Future.failedFuture("a detail for nobody");
        }

        @Override
        public Future<Answer> why(int port) {
            return answer("why " + port);
        }

        private static Future<Answer> answer(String question) {
            return Future.succeededFuture(() -> new JsonObject().put("asked", question));
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(log);
    }

    @AfterEach
    void close() throws TimeoutException {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(log);
        vertx.close().await(20, TimeUnit.SECONDS);
        metrics.close();
    }

    private int start(String address, @Nullable String token) throws TimeoutException {
        final AdminConfig config = new AdminConfig(true, address, 0, 200, token == null ? null : new Secret(token));
        return AdminServer.start(vertx, config, metrics, new ReadinessChecks(), new AdminApi(null, new Told()))
                .await(10, TimeUnit.SECONDS)
                .port();
    }

    private HttpResponse<String> get(int port, String path, String... headers) throws Exception {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void answersOnALoopbackAddressWithoutAToken() throws Exception {
        final int port = start("127.0.0.1", null);

        final HttpResponse<String> answer = get(port, CLUSTER);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"asked\":\"cluster\"}\n");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(get(port, "/api/v1/proxies").body()).contains("proxies");
        assertThat(get(port, "/api/v1/why/2222").body()).contains("why 2222");
        assertThat(get(port, "/").body()).contains("href=\"" + CLUSTER + "\"");
    }

    @Test
    void withoutATokenItIsAskedByAddressOnly() throws Exception {
        final int port = start("127.0.0.1", null);

        assertThat(firstLine(port, "elsewhere.example:" + port)).contains(" 403 ");
        assertThat(firstLine(port, "127.0.0.1.elsewhere.example")).contains(" 403 ");
        for (final String host : List.of("localhost:" + port, "127.0.0.1", "[::1]:" + port)) {
            assertThat(firstLine(port, host)).as(host).contains(" 200 ");
        }
    }

    private static String firstLine(int port, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            final String request = "GET " + CLUSTER + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    @Test
    void isClosedOnAPublicAddressWithoutATokenAndSaysSo() throws Exception {
        final int port = start("0.0.0.0", null);

        final HttpResponse<String> refused = get(port, CLUSTER);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("the API is closed", "set token or token_file in [admin]");
        assertThat(get(port, "/health/ready").statusCode()).isEqualTo(200);
        assertThat(log.list)
                .filteredOn(event -> event.getFormattedMessage().startsWith("the API is closed"))
                .hasSize(1);
    }

    @Test
    void theTokenOpensItOnAnyAddress() throws Exception {
        final int port = start("0.0.0.0", TOKEN);

        assertThat(get(port, CLUSTER, "Authorization", "Bearer " + TOKEN).statusCode())
                .isEqualTo(200);
        assertThat(get(port, CLUSTER, "Authorization", "bearer  " + TOKEN + " ").statusCode())
                .isEqualTo(200);
        final HttpResponse<String> missing = get(port, CLUSTER);
        assertThat(missing.statusCode()).isEqualTo(401);
        assertThat(missing.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"tls-tunnel\"");
        for (final String wrong : List.of("Bearer", "Bearer x", "Basic " + TOKEN, TOKEN, "Bearer " + TOKEN + "x")) {
            final HttpResponse<String> refused = get(port, CLUSTER, "Authorization", wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer realm=\"tls-tunnel\", error=\"invalid_token\"");
        }
        assertThat(log.list).noneMatch(event -> event.toString().contains(TOKEN));
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().startsWith("the API is closed"));
    }

    @Test
    void aPortIsANumber() throws Exception {
        final int port = start("127.0.0.1", null);

        for (final String none : List.of("0", "65536", "99999", "100000", "x", "1x", "01")) {
            assertThat(get(port, "/api/v1/why/" + none).statusCode()).as(none).isEqualTo(400);
        }
        assertThat(get(port, "/api/v1/why/65535").statusCode()).isEqualTo(200);
        assertThat(get(port, "/api/v1/why").statusCode()).isEqualTo(404);
    }

    @Test
    void aNodeThatCannotSayIsNotAvailable() throws Exception {
        final int port = start("127.0.0.1", null);

        final HttpResponse<String> answer = get(port, "/api/v1/clients");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).doesNotContain("a detail for nobody");
    }
}
