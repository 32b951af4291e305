package io.tlstunnel.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.tlstunnel.config.Engine;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.security.NodeCertificates;
import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.security.TestPki;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links with certificates of an authority that signs more than nodes. */
final class LinkTlsTest {
    private static final TestPki PKI = new TestPki();

    private final Instant yesterday = Instant.now().minus(Duration.ofDays(1));

    private static ServerCertificate node() {
        return PKI.issue("10.0.0.1", ClusterAuthority.NODE_NAME);
    }

    private static LinkTls tls(Engine.Tls engine, ServerCertificate own) {
        return LinkTls.create(new NodeCertificates(own, List.of(PKI.root())), engine);
    }

    private static String meet(LinkTls dialling, LinkTls accepting, String version) throws Exception {
        try (TlsRig rig = new TlsRig(accepting::accepting)) {
            return rig.echo(dialling.dialling(ByteBufAllocator.DEFAULT, rig.port()), version);
        }
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#pairs")
    void nodesMeet(Engine.Tls dialling, Engine.Tls accepting, String version) throws Exception {
        assertThat(meet(tls(dialling, node()), tls(accepting, node()), version)).isEqualTo("hello");
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.transport.tls.Engines#pairs")
    void neitherEndTakesWhatIsNoValidNode(Engine.Tls dialling, Engine.Tls accepting, String version) {
        for (ServerCertificate other : List.of(
                PKI.issue("printer.example.com"),
                PKI.issue(yesterday, ClusterAuthority.NODE_NAME),
                new TestPki().issue(ClusterAuthority.NODE_NAME))) {
            assertThatThrownBy(() -> meet(tls(dialling, other), tls(accepting, node()), version))
                    .as("the dialling end shows %s", other)
                    // In TLS 1.3 it thinks for a moment that it is done.
                    .isNotInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> meet(tls(dialling, node()), tls(accepting, other), version))
                    .as("the accepting end shows %s", other)
                    .isInstanceOf(TlsRig.HandshakeFailed.class);
        }
    }
}
