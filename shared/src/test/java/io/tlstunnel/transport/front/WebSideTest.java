package io.tlstunnel.transport.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.TransportKind;
import io.tlstunnel.config.WebConfig;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.RawClient;
import io.tlstunnel.transport.testing.TransportRig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebSideTest {
    private TransportRig rig;
    private final HttpClient client = HttpClient.newBuilder()
            .sslContext(RawClient.context(TransportRig.CERTIFICATE))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path root;

    @BeforeEach
    void open() {
        rig = new TransportRig();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private int front(DataPath path, WebConfig web) {
        return rig.front(path, TransportRig.config(TransportKind.WSS, web), connection -> {
                    throw new AssertionError("no tunnel was meant");
                })
                .port();
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return client.send(request(port, path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path));
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void answersOrdinaryRequestsWithASmallPage(DataPath path) throws Exception {
        int port = front(path, new WebConfig.NotFound());

        assertThat(get(port, "/").statusCode()).isEqualTo(404);
        assertThat(get(port, "/tunnel").statusCode()).isEqualTo(404);
        assertThat(get(port, "/tunnel").body()).contains("404 Not Found");
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void keepsTheConnectionForTheNextRequestAfterHeadPostAndPipelining(DataPath path) throws Exception {
        int port = front(path, new WebConfig.NotFound());
        try (RawClient raw = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            raw.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            raw.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
            raw.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            String head = raw.readHead();
            assertThat(head).startsWith("HTTP/1.1 404").containsIgnoringCase("content-length: ");
            String rest = new String(raw.readToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(rest.split("HTTP/1.1 404", -1)).hasSize(3);
            assertThat(rest.split("</html>", -1)).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void servesTheFilesOfADirectoryAndNothingElse(DataPath path) throws Exception {
        Path shown = Files.createDirectory(root.resolve("shown"));
        Files.writeString(root.resolve("secret.txt"), "secret");
        Files.writeString(shown.resolve("index.html"), "<p>hello");
        Files.writeString(shown.resolve(".htpasswd"), "secret");
        Files.createDirectory(shown.resolve("sub dir"));
        Files.writeString(shown.resolve("sub dir").resolve("ü.css"), "p {}");
        Files.createSymbolicLink(shown.resolve("leak.txt"), root.resolve("secret.txt"));
        byte[] large = new byte[3_000_000];
        new Random(1).nextBytes(large);
        Files.write(shown.resolve("large.bin"), large);
        int port = front(path, new WebConfig.Directory(shown));

        HttpResponse<String> index = get(port, "/?x=1");
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.body()).isEqualTo("<p>hello");
        assertThat(index.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        HttpResponse<String> css = get(port, "/sub%20dir/%C3%BC.css");
        assertThat(css.body()).isEqualTo("p {}");
        assertThat(css.headers().firstValue("Content-Type")).contains("text/css; charset=utf-8");
        assertThat(client.send(request(port, "/large.bin").build(), BodyHandlers.ofByteArray())
                        .body())
                .isEqualTo(large);
        assertThat(get(port, "/sub%20dir").headers().firstValue("Location")).contains("/sub%20dir/");
        for (String forbidden : new String[] {
            "/.htpasswd", "/leak.txt", "/sub%20dir/", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/x%00", "/nothing"
        }) {
            assertThat(get(port, forbidden).statusCode()).as(forbidden).isEqualTo(404);
        }
        try (RawClient raw = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            raw.send("GET /%2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 404");
        }
        try (RawClient raw = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            raw.send("GET /../secret.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 404");
        }
        try (RawClient raw = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            raw.send("GET //sub%20dir HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 301").containsIgnoringCase("\r\nlocation: /sub%20dir/\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void sendsAFileOnlyIfItChangedAndOnlyToReaders(DataPath path) throws Exception {
        Files.writeString(root.resolve("a.txt"), "12345");
        int port = front(path, new WebConfig.Directory(root));

        HttpResponse<String> first = get(port, "/a.txt");
        String modified = first.headers().firstValue("Last-Modified").orElseThrow();
        HttpResponse<String> again = client.send(
                request(port, "/a.txt").header("If-Modified-Since", modified).build(), BodyHandlers.ofString());
        HttpResponse<String> head = client.send(
                request(port, "/a.txt").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        HttpResponse<String> delete =
                client.send(request(port, "/a.txt").DELETE().build(), BodyHandlers.ofString());

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("5");
        assertThat(delete.statusCode()).isEqualTo(405);
        assertThat(get(port, "/a.txt").body()).isEqualTo("12345");
    }

    private WebConfig upstream(HttpServer behind) {
        int port = TransportRig.await(behind.listen(0, "127.0.0.1")).actualPort();
        return new WebConfig.Upstream(URI.create("http://127.0.0.1:" + port));
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void passesRequestsOnAndSaysWhoAsks(DataPath path) throws Exception {
        HttpServer behind = rig.vertx()
                .createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader("Keep-Alive", "timeout=1")
                        .putHeader("X-Behind", "yes")
                        .setStatusCode(201)
                        .end(request.method() + " " + request.uri() + " " + request.getHeader("Host") + " "
                                + request.getHeader("X-Forwarded-For") + " " + request.getHeader("X-Forwarded-Proto")
                                + " "
                                + request.getHeader("X-Drop") + " " + request.getHeader("Keep-Alive")));
        int port = front(path, upstream(behind));
        try (RawClient raw = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            raw.send("GET http://elsewhere/a?b=c HTTP/1.1\r\nHost: shop\r\nX-Drop: 1\r\n");
            raw.send("Connection: X-Drop\r\nKeep-Alive: 5\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n");

            String expected = "GET /a?b=c shop 10.0.0.1, 127.0.0.1 https null null";
            assertThat(raw.readHead())
                    .startsWith("HTTP/1.1 201")
                    .containsIgnoringCase("x-behind: yes")
                    .doesNotContainIgnoringCase("timeout=1");
            assertThat(raw.read(expected.length())).asString().isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void streamsLargeBodiesBothWays(DataPath path) throws Exception {
        HttpServer behind = rig.vertx().createHttpServer().requestHandler(request -> {
            request.response().setChunked(true);
            request.pipeTo(request.response());
        });
        int port = front(path, upstream(behind));
        byte[] large = new byte[8_000_000];
        new Random(2).nextBytes(large);

        HttpResponse<byte[]> sized = client.send(
                request(port, "/").POST(BodyPublishers.ofByteArray(large)).build(), BodyHandlers.ofByteArray());
        HttpResponse<byte[]> chunked = client.send(
                request(port, "/")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large)))
                        .expectContinue(true)
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(Arrays.equals(sized.body(), large)).isTrue();
        assertThat(Arrays.equals(chunked.body(), large)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void says502WhenNobodyIsBehind(DataPath path) throws Exception {
        int nobody;
        try (ServerSocket unused = new ServerSocket(0)) {
            nobody = unused.getLocalPort();
        }
        int port = front(path, new WebConfig.Upstream(URI.create("http://127.0.0.1:" + nobody)));

        HttpResponse<String> answer = get(port, "/");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).isEqualTo("The web server behind this port does not answer.\n");
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void passesOtherWebSocketsThrough(DataPath path) throws Exception {
        HttpServer behind = rig.vertx()
                .createHttpServer(new HttpServerOptions())
                .webSocketHandler(socket -> socket.handler(
                        bytes -> socket.write(Buffer.buffer("echo ").appendBuffer(bytes))));
        int port = front(path, upstream(behind));
        try (RawClient raw = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            String head = raw.upgrade("/chat");
            assertThat(head).startsWith("HTTP/1.1 101").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

            raw.send(new byte[] {(byte) 0x82, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});

            assertThat(raw.read(9)).isEqualTo(new byte[] {(byte) 0x82, 7, 'e', 'c', 'h', 'o', ' ', 'h', 'i'});
            raw.send(new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0});
            assertThat(raw.readToEnd()).startsWith(0x88);
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void breaksOffAnAnswerThatTheServerBehindDidNotFinish(DataPath path) throws IOException {
        HttpServer behind = rig.vertx().createHttpServer().requestHandler(request -> {
            request.response().putHeader("Content-Length", "100").write("half");
            rig.vertx().setTimer(100, later -> request.connection().close());
        });
        int port = front(path, upstream(behind));
        try (RawClient raw = RawClient.tls(port, TransportRig.CERTIFICATE)) {
            raw.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            raw.readHead();

            assertThat(new String(raw.readToEnd(), StandardCharsets.ISO_8859_1)).isEqualTo("half");
        }
    }
}
