package io.tlstunnel.transport.dial;

import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.HttpProxy;
import io.tlstunnel.config.Secret;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.dial.DialException.Kind;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.RealProxy;
import io.tlstunnel.transport.testing.TestPorts;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.Accepted;
import io.tlstunnel.transport.testing.TransportRig.End;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through the proxies that companies run. */
class RealProxyTest {
    @SuppressWarnings("NullAway.Init")
    private static TransportRig rig;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeAll
    static void open() {
        rig = new TransportRig();
    }

    @AfterAll
    static void closeRig() {
        rig.close();
    }

    private static DialTarget through(int proxy, @Nullable String password, int port) {
        return new DialTarget(
                new HostPort("localhost", port),
                TransportKind.WSS,
                "/tunnel",
                new HttpProxy(
                        new HostPort("127.0.0.1", proxy),
                        password == null ? null : RealProxy.USER,
                        password == null ? null : new Secret(password)),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    private static DialException failure(DataPath path, DialTarget target) {
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        rig.dialling(path, target)
                .onSuccess(connected -> failed.complete(new AssertionError("connected")))
                .onFailure(failed::complete);
        assertThat(await(failed)).isInstanceOf(DialException.class).hasMessageNotContaining(RealProxy.PASSWORD);
        return (DialException) await(failed);
    }

    private static void carries(DataPath path, int proxy) {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WSS));
        End near = rig.dial(
                path, through(proxy, RealProxy.PASSWORD, accepted.front().port()));
        End far = accepted.next();
        near.send(new byte[100_000]);
        far.send(new byte[100_000]);
        await(far.log().atLeast(100_000));
        await(near.log().atLeast(100_000));
        assertThat(near.connection().leafSha256()).isEqualTo(far.connection().leafSha256());
        near.run(() -> near.connection().carrier().close());
        await(far.log().whenClosed());
    }

    private static void saysWhatIsWrong(DataPath path, RealProxy proxy) throws IOException {
        int port = rig.accepting(path, TransportRig.config(TransportKind.WSS))
                .front()
                .port();

        DialException wrong = failure(path, through(proxy.port(), "wr0ng", port));
        assertThat(wrong.kind()).isEqualTo(Kind.PROXY_AUTH);
        assertThat(wrong).hasMessageContaining("does not accept this user name and password");
        DialException without = failure(path, through(proxy.port(), null, port));
        assertThat(without.kind()).isEqualTo(Kind.PROXY_AUTH);
        assertThat(without).hasMessageContaining("it wants a user name and password");
        DialException dead = failure(path, through(proxy.port(), RealProxy.PASSWORD, TestPorts.free()));
        assertThat(dead.kind()).isEqualTo(Kind.PROXY);
        assertThat(dead).hasMessageContaining("it cannot reach localhost:");
    }

    @Test
    void squid() throws IOException {
        int forbidden = TestPorts.free();
        try (RealProxy proxy = RealProxy.squid(directory, forbidden)) {
            for (DataPath path : DataPath.values()) {
                carries(path, proxy.port());
                saysWhatIsWrong(path, proxy);
                DialException refused = failure(path, through(proxy.port(), RealProxy.PASSWORD, forbidden));
                assertThat(refused.kind()).isEqualTo(Kind.PROXY);
                assertThat(refused).hasMessageContaining("answered 403").hasMessageContaining("rules");
            }
        }
    }

    @Test
    void tinyproxy() throws IOException {
        try (RealProxy proxy = RealProxy.tinyproxy(directory)) {
            for (DataPath path : DataPath.values()) {
                carries(path, proxy.port());
                saysWhatIsWrong(path, proxy);
            }
        }
    }

    @Test
    void whatIsNoProxyIsToldApart() throws IOException {
        for (DataPath path : DataPath.values()) {
            int web = rig.accepting(DataPath.FAST, TransportRig.config(TransportKind.WS))
                    .front()
                    .port();

            DialException failure = failure(path, through(web, null, 1));

            assertThat(failure.kind()).isEqualTo(Kind.PROXY);
            assertThat(failure(path, through(TestPorts.free(), null, 1)))
                    .hasMessageContaining("the HTTP proxy 127.0.0.1:")
                    .hasMessageContaining("refused the connection");
        }
    }
}
