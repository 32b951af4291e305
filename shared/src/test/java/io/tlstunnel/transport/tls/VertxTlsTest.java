package io.tlstunnel.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine;
import io.tlstunnel.security.Leaf;
import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.security.TestPki;
import io.tlstunnel.transport.tls.ClientTrust.Unverified;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same contexts under the public Vert.x API. */
class VertxTlsTest {
    private static final TestPki PKI = new TestPki();
    private static final ServerCertificate ISSUED = PKI.issue("127.0.0.1", "tunnel.example.com");

    private final Vertx vertx = Vertx.vertx();
    /** What nobody refers to is closed at the next collection. */
    private final List<Object> kept = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#all")
    void givesTheLeafOfAWebSocket(Engine.Tls engine) throws Exception {
        HttpServer server = listen(ISSUED, engine);
        ClientTls tls = tls(engine, Unverified.REFUSED);

        for (int i = 0; i < 2; i++) {
            WebSocket socket = await(connect(tls, server));
            assertThat(tls.leaf(socket.sslSession())).isEqualTo(new Leaf(ISSUED.fingerprint(), Leaf.Trust.VERIFIED));
            await(socket.close());
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#all")
    void refusesWhatIsNotVerified(Engine.Tls engine) throws Exception {
        for (ServerCertificate shown : List.of(PKI.issue("another.example.com"), TestPki.selfSigned("127.0.0.1"))) {
            HttpServer server = listen(shown, engine);

            Throwable failure = failure(connect(tls(engine, Unverified.REFUSED), server));

            assertThat(UntrustedCertificateException.in(failure))
                    .hasValueSatisfying(e -> assertThat(e.seen()).isEqualTo(shown.fingerprint()));
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#all")
    void doesNotCallSkippedCertificatesTrusted(Engine.Tls engine) throws Exception {
        ServerCertificate shown = PKI.issue("another.example.com");
        ClientTls tls = tls(engine, Unverified.ACCEPTED);

        WebSocket socket = await(connect(tls, listen(shown, engine)));

        assertThat(tls.leaf(socket.sslSession())).isEqualTo(new Leaf(shown.fingerprint(), Leaf.Trust.UNVERIFIED));
    }

    private static ClientTls tls(Engine.Tls engine, Unverified unverified) {
        return ClientTls.create(new ClientTrust(List.of(PKI.root()), null, unverified), engine, List.of());
    }

    private HttpServer listen(ServerCertificate certificate, Engine.Tls engine) throws Exception {
        ServerTls tls = ServerTls.create(certificate, engine, List.of());
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setSsl(true)
                        .setKeyCertOptions(tls.keyCertOptions())
                        .setSslEngineOptions(tls.engineOptions()))
                .webSocketHandler(kept::add);
        kept.add(server);
        return await(server.listen());
    }

    private Future<WebSocket> connect(ClientTls tls, HttpServer server) {
        WebSocketClient client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setSsl(true).setSslEngineOptions(tls.engineOptions()));
        kept.add(client);
        return client.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.actualPort())
                .setURI("/"));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static @Nullable Throwable failure(Future<?> future) throws Exception {
        try {
            await(future);
        } catch (ExecutionException e) {
            return e.getCause();
        }
        throw new AssertionError("connected");
    }
}
