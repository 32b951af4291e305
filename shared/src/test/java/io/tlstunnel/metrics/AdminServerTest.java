package io.tlstunnel.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.concurrent.EventExecutor;
import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.transport.VertxLoops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AdminServerTest {

    private static final int SOCKET_TIMEOUT_MILLIS = 10_000;

    private final MetricsRegistry metrics = new MetricsRegistry();
    private final ReadinessChecks checks = new ReadinessChecks();
    private final Vertx vertx =
            metrics.vertx(new VertxOptions().setEventLoopPoolSize(2)).build();
    private final HttpClient http = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void start() {
        server = start("127.0.0.1", 0);
    }

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(20, TimeUnit.SECONDS);
        metrics.close();
    }

    @Test
    void isAliveWhileEveryLoopTakesItsTurn() throws Exception {
        final HttpResponse<String> answer = get("/health/live");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()))
                .isEqualTo(new JsonObject().put("status", "alive").put("event_loops", 2));
    }

    @Test
    void namesTheLoopThatIsStuckAndRecovers() throws Exception {
        final Block block = new Block(0);
        block.start();
        final HttpResponse<String> stuck = get("/health/live");
        final HttpResponse<String> again = get("/health/live");
        block.release.countDown();

        assertThat(stuck.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(stuck.body()).getJsonArray("stuck")).containsExactly(block.threadName.get());
        assertThat(again.body()).isEqualTo(stuck.body());
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void answersEvenWhenAllLoopsAreStuck() throws Exception {
        final List<Block> blocks = List.of(new Block(0), new Block(1));
        for (final Block block : blocks) {
            block.start();
        }
        final HttpResponse<String> live = get("/health/live");
        final HttpResponse<String> figures = get("/metrics");
        blocks.forEach(block -> block.release.countDown());

        assertThat(live.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(live.body()).getJsonArray("stuck"))
                .containsExactlyInAnyOrder(
                        blocks.get(0).threadName.get(), blocks.get(1).threadName.get());
        assertThat(figures.statusCode()).isEqualTo(200);
    }

    @Test
    void isReadyOnceNothingIsMissing() throws Exception {
        final AtomicReference<@Nullable String> port = new AtomicReference<>("the tunnel port is not open yet");
        final AtomicReference<@Nullable String> drain = new AtomicReference<>();
        checks.add("tunnel_port", port::get).add("drain", drain::get);

        assertNotReady("{\"tunnel_port\":\"the tunnel port is not open yet\"}");
        port.set(null);
        final HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("{\"status\":\"ready\"}\n");
        drain.set("this node is leaving");
        assertNotReady("{\"drain\":\"this node is leaving\"}");
    }

    @Test
    void aCheckThatFailsIsNoProofOfReadiness() throws Exception {
        checks.add("broken", () -> {
            throw new IllegalStateException("secret detail");
        });

        assertNotReady("{\"broken\":\"the check itself failed, see the log\"}");
    }

    @Test
    void showsMetricsInTheFormThatIsAskedFor() throws Exception {
        final HttpResponse<String> plain = get("/metrics");
        final HttpResponse<String> open = get(
                "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1");
        final HttpResponse<String> refused = get("/metrics", "Accept", "application/openmetrics-text;q=0,text/*");

        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(type(plain)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.body()).contains("jvm_memory_used_bytes{").doesNotContain("# EOF");
        assertThat(type(open)).isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.body()).endsWith("# EOF\n");
        assertThat(type(refused)).startsWith("text/plain; version=0.0.4");
    }

    @Test
    void thePageLeadsToEverything() throws Exception {
        final HttpResponse<String> page = get("/");

        assertThat(type(page)).isEqualTo("text/html; charset=utf-8");
        for (final String path : List.of("/health/live", "/health/ready", "/metrics")) {
            assertThat(page.body()).contains("href=\"" + path + "\"");
        }
    }

    @Test
    void everythingElseIsNotFound() throws Exception {
        for (final String path : List.of("/nothing", "/health", "/metrics/x", "/%2e%2e/etc/passwd")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void headAnswersLikeGetWithoutTheBody() throws Exception {
        for (final String path : List.of("/", "/health/live", "/health/ready", "/metrics", "/nothing")) {
            final HttpResponse<String> get = get(path);
            final HttpResponse<String> head = send(request(path)
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build());
            assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
            assertThat(type(head)).as(path).isEqualTo(type(get));
            assertThat(head.body()).as(path).isEmpty();
        }
    }

    @Test
    void onlyReadingIsAllowed() throws Exception {
        final HttpResponse<String> answer = send(request("/metrics").DELETE().build());
        final HttpResponse<String> body = send(request("/metrics")
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(body.statusCode()).isEqualTo(413);
        assertThat(body.headers().firstValue("Connection")).contains("close");
    }

    @Test
    void reloadsByPostAndSaysWhatCameOfIt() throws Exception {
        final AtomicBoolean good = new AtomicBoolean(true);
        final AdminServer reloading = AdminServer.start(
                        vertx,
                        new AdminConfig(true, "127.0.0.1", 0, 200),
                        new MetricsRegistry(),
                        checks,
                        () -> Future.succeededFuture(new JsonObject().put("applied", good.get())))
                .await(10, TimeUnit.SECONDS);
        final HttpRequest.Builder reload =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + reloading.port() + "/api/v1/reload"));

        final HttpResponse<String> applied =
                send(reload.POST(HttpRequest.BodyPublishers.noBody()).build());
        assertThat(applied.statusCode()).isEqualTo(200);
        assertThat(applied.body()).isEqualTo("{\"applied\":true}\n");
        good.set(false);
        assertThat(send(reload.build()).statusCode()).isEqualTo(422);
        final HttpResponse<String> read = send(reload.copy().GET().build());
        assertThat(read.statusCode()).isEqualTo(405);
        assertThat(read.headers().firstValue("Allow")).contains("POST");
        for (final String header : List.of("Origin", "Sec-Fetch-Site")) {
            final HttpRequest ofAPage =
                    reload.copy().header(header, "https://elsewhere.example").build();
            assertThat(send(ofAPage).statusCode()).as(header).isEqualTo(403);
        }
        reloading.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void withoutAFileThereIsNothingToReload() throws Exception {
        assertThat(send(request("/api/v1/reload")
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void everyAnswerIsGuardedAndOpenToNoOtherSite() throws Exception {
        for (final String path : List.of("/", "/health/live", "/metrics", "/nothing")) {
            final HttpResponse<String> answer = get(path, "Origin", "https://elsewhere.example");
            assertThat(answer.headers().map())
                    .as(path)
                    .containsEntry("x-content-type-options", List.of("nosniff"))
                    .containsEntry("x-frame-options", List.of("DENY"))
                    .containsEntry("referrer-policy", List.of("no-referrer"))
                    .containsEntry("cache-control", List.of("no-store"))
                    .containsKey("content-security-policy")
                    .doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    void refusesHeadersWithoutEnd() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(2 * AdminHttp.MAX_HEADERS_BYTES)
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(firstLine(socket)).contains("431");
        }
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("GET /" + "a".repeat(2 * AdminHttp.MAX_REQUEST_LINE_BYTES) + " HTTP/1.1\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(firstLine(socket)).contains("414");
        }
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void closesConnectionsBeyondTheLimitAndServesAgainAfterwards() throws Exception {
        final List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < AdminHttp.MAX_CONNECTIONS; i++) {
                final Socket socket = connect();
                sockets.add(socket);
                assertThat(exchange(socket)).contains("200");
            }
            try (Socket tooMany = connect()) {
                assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
            }
            final Socket freed = sockets.remove(0);
            freed.shutdownOutput();
            freed.getInputStream().readAllBytes();
            freed.close();
            await().ignoreExceptions().until(() -> get("/").statusCode() == 200);
        } finally {
            for (final Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aTakenPortIsOneClearSentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("the admin port 127.0.0.1:" + taken.getLocalPort() + " cannot be opened; ")
                    .hasMessageContaining("in use")
                    .hasMessageEndingWith("; set another bind_addr or bind_port in [admin], or enabled = false");
        }
    }

    @Test
    void warnsWhenOtherMachinesCanReachIt() {
        final Logger logger = (Logger) LoggerFactory.getLogger(AdminServer.class);
        final ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            start("127.0.0.1", 0);
            assertThat(log.list).noneMatch(event -> event.getMessage().contains("other machines"));
            start("0.0.0.0", 0);
            assertThat(log.list)
                    .anyMatch(event ->
                            event.getLevel() == Level.WARN && event.getMessage().contains("other machines"));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void listensWithoutAWarning() {
        final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        final ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        try {
            start("127.0.0.1", 0);
            assertThat(log.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
        } finally {
            root.detachAppender(log);
        }
    }

    @Test
    void closesItsPortAndMayBeClosedTwice() throws Exception {
        server.close().await(10, TimeUnit.SECONDS);
        server.close().await(10, TimeUnit.SECONDS);

        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    @Test
    void endsWithTheVertxItWatches() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);

        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    private AdminServer start(String address, int port) {
        try {
            return AdminServer.start(vertx, new AdminConfig(true, address, port, 200), metrics, checks)
                    .await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the admin server did not start", e);
        }
    }

    private void assertNotReady(String reasons) throws Exception {
        final HttpResponse<String> answer = get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(type(answer)).isEqualTo("application/json");
        assertThat(answer.body()).isEqualTo("{\"status\":\"not ready\",\"reasons\":" + reasons + "}\n");
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        final HttpRequest.Builder request = request(path).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElse("none");
    }

    private Socket connect() throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    private static String exchange(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("HEAD /health/ready HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return firstLine(socket);
    }

    private static String firstLine(Socket socket) throws IOException {
        final InputStream in = socket.getInputStream();
        final StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /** Holds one event loop of the watched Vert.x. */
    private final class Block {
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private final AtomicReference<@Nullable String> threadName = new AtomicReference<>();

        private final EventExecutor loop;

        private Block(int number) {
            loop = VertxLoops.of(vertx).get(number);
        }

        private void start() throws InterruptedException {
            loop.execute(() -> {
                threadName.set(Thread.currentThread().getName());
                held.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
