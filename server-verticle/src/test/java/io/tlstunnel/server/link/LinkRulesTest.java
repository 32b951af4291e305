package io.tlstunnel.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.config.Secret;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.mux.handshake.CarrierTrust;
import io.tlstunnel.mux.handshake.DiallerOffer;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.cluster.ClusterSecrets;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.DialledHandshake;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.HandshakeFailure;
import io.tlstunnel.transport.LoopTimers;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.link.LinkDialler;
import io.tlstunnel.transport.tls.LinkTls;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.StreamId;
import io.tlstunnel.wire.StreamState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in at the port of the links, and what they may ask for. */
final class LinkRulesTest {
    private static final String SECRET = "what all nodes of this test share";
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration TEN_YEARS_AND_MORE = Duration.ofDays(4_000);
    private static final SessionRef SESSION = new SessionRef(1, 2, 3);
    private static final String NAME = "2a/0";

    private final VertxRuntime runtime =
            VertxRuntime.of(VertxRuntime.builder(Engine.Io.AUTO).build());
    private final EventLoopContext loop = runtime.newLoop();
    private ServerConfig config;
    private ClusterSecrets secrets;
    private NodeLinks links;
    private SessionDirectory sessions;
    private InetSocketAddress address;

    @BeforeEach
    void listen(@TempDir Path folder) throws IOException {
        config = load(folder, SECRET);
        ClusterConfig cluster = config.cluster();
        secrets = ClusterSecrets.load(cluster, Engine.Tls.AUTO);
        MemoryBudget budget = new MemoryBudget(1 << 20);
        links = new NodeLinks(
                "node",
                1,
                secrets.linkKey(),
                secrets.nodeKey(),
                secrets.tls(),
                config,
                cluster,
                runtime,
                budget,
                new ServerMetrics(config.admin()));
        sessions = new SessionDirectory(runtime.vertx(), loop.context(), Duration.ofSeconds(60), budget);
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), cluster.linkPort());
        await(links.listen("127.0.0.1", sessions));
    }

    private static ServerConfig load(Path folder, String secret) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path file = folder.resolve("server.toml");
        Files.writeString(file, """
                [server]
                auth_key = "a-key-for-tests-0123456789"
                [cluster]
                secret = "%s"
                members = "127.0.0.1"
                link_port = %d
                """.formatted(secret, port));
        return ConfigFiles.loadServer(file, Map.of()).config();
    }

    @AfterEach
    void close() {
        await(links.close());
        await(runtime.vertx().close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static LinkTls tlsOf(String secret, Instant madeAt) {
        ClusterAuthority authority = ClusterAuthority.of(new Secret(secret));
        return LinkTls.create(authority.certificates(madeAt), Engine.Tls.AUTO);
    }

    /** Another end of a link, which says what the test wants. */
    private final class Peer implements DialledHandshake.Result, CarrierListener {
        private final CarrierConnection connection;
        private final Promise<Frame.Welcome> welcome = Promise.promise();
        private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        private FrameDecoder decoder;

        Peer(CarrierConnection connection) {
            this.connection = connection;
        }

        @Override
        public void established(DiallerStep.Established established, FrameDecoder after) {
            decoder = after;
            after.sink(frames::add);
            connection.listener(this);
            welcome.complete(established.welcome());
        }

        @Override
        public void failed(HandshakeFailure failure) {
            welcome.fail(failure.kind() + ": " + failure.sentence());
        }

        void says(Frame frame) {
            connection.context().runOnContext(ignored -> {
                byte[] bytes = FrameEncoder.toArray(frame);
                connection
                        .carrier()
                        .write(connection.carrier().allocate(bytes.length).writeBytes(bytes));
                connection.carrier().flush();
            });
        }

        <F extends Frame> F hears(Class<F> type) throws InterruptedException {
            Frame frame;
            do {
                frame = frames.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
            } while (frame instanceof Frame.Ping);
            assertThat(frame).isInstanceOf(type);
            return type.cast(frame);
        }

        @Override
        public void received(ByteBuf bytes) {
            decoder.feed(bytes);
        }

        @Override
        public void readComplete() {}

        @Override
        public void writable() {}

        @Override
        public void closed(String reason) {
            decoder.close();
        }
    }

    private Peer dial(LinkTls tls, TunnelKey key, String name) {
        Promise<Peer> shaking = Promise.promise();
        new LinkDialler(runtime, tls, SOON, SOON)
                .dial(loop, address)
                .onFailure(shaking::fail)
                .onSuccess(connection -> {
                    Peer peer = new Peer(connection);
                    DiallerOffer offer = new DiallerOffer(
                            key,
                            name,
                            null,
                            2048,
                            CarrierTrust.of(connection.leafSha256(), connection.leafTrusted(), address.getAddress()),
                            ChannelBinding.ON,
                            Protocol.CURRENT);
                    new DialledHandshake(connection, offer, new SecureRandom(), new LoopTimers(loop), SOON, peer)
                            .start();
                    peer.welcome.future().map(peer).onComplete(shaking);
                });
        return await(shaking.future());
    }

    private Peer node() {
        return dial(tlsOf(SECRET, Instant.now()), secrets.linkKey(), NAME);
    }

    @Test
    void aNodeOfTheClusterIsWelcome() {
        Peer node = node();
        assertThat(node.welcome.future().result().nodeId()).isEqualTo("node");
        assertThat(node.welcome.future().result().incarnation()).isEqualTo(1);
    }

    @Test
    void anotherSecretEndsInTls() {
        String other = "what the nodes of another cluster share";
        assertThatThrownBy(() -> dial(tlsOf(other, Instant.now()), secrets.linkKey(), NAME))
                .isInstanceOf(CompletionException.class);
    }

    @Test
    void anExpiredCertificateEndsInTls() {
        LinkTls expired = tlsOf(SECRET, Instant.now().minus(TEN_YEARS_AND_MORE));
        assertThatThrownBy(() -> dial(expired, secrets.linkKey(), NAME)).isInstanceOf(CompletionException.class);
    }

    @Test
    void aClientsKeyIsRefused() {
        TunnelKey clients = TunnelKey.derive(new Secret("a-key-for-tests-0123456789"), TunnelKey.Purpose.TUNNEL);
        assertThatThrownBy(() -> dial(tlsOf(SECRET, Instant.now()), clients, NAME))
                .hasMessageContaining("REFUSED");
    }

    @Test
    void theClustersSecretAsAClientWouldUseItIsRefused() {
        TunnelKey tunnel = TunnelKey.derive(new Secret(SECRET), TunnelKey.Purpose.TUNNEL);
        assertThatThrownBy(() -> dial(tlsOf(SECRET, Instant.now()), tunnel, NAME))
                .hasMessageContaining("REFUSED");
    }

    @Test
    void aNameThatIsNoNodesIsRefused() {
        assertThatThrownBy(() -> dial(tlsOf(SECRET, Instant.now()), secrets.linkKey(), "office"))
                .hasMessageContaining("REFUSED");
    }

    @Test
    void whoDialledMayNotOpenStreams() throws InterruptedException {
        Peer node = node();
        Endpoint nowhere = new Endpoint(new byte[4], 1);
        node.says(new Frame.Open(1, new StreamId(42, 1), SESSION, "proxy", 1, nowhere, nowhere, 1024, 7, 1));
        assertThat(node.hears(Frame.GoAway.class).code()).isEqualTo(GoAwayCode.PROTOCOL);
    }

    @Test
    void aStreamOfASessionThatIsNotKnownIsGone() throws InterruptedException {
        Peer node = node();
        node.says(new Frame.Resume(
                List.of(new ResumeEntry(new StreamId(1, 1), SESSION, 1, 1, 0, 1024, new StreamState.Open()))));
        assertThat(node.hears(Frame.Resumed.class).streams())
                .singleElement()
                .satisfies(answer -> assertThat(answer.answer()).isEqualTo(ResumeAnswer.GONE));
    }
}
