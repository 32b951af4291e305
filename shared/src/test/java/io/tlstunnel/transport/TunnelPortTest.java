package io.tlstunnel.transport;

import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.Accepted;
import io.tlstunnel.transport.testing.TransportRig.End;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TunnelPortTest {
    private TransportRig rig;

    @BeforeEach
    void open() {
        rig = new TransportRig();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    static Stream<Arguments> ways() {
        return Stream.of(DataPath.values())
                .flatMap(server -> Stream.of(DataPath.values())
                        .flatMap(client ->
                                Stream.of(TransportKind.values()).map(kind -> Arguments.of(server, client, kind))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void carriesBytesBothWaysAndSaysWhoIsThere(DataPath server, DataPath client, TransportKind kind) {
        Accepted accepted = rig.accepting(server, TransportRig.config(kind));

        End near = rig.dial(client, rig.target(accepted.front().port(), kind));
        End far = accepted.next();
        near.send("to the node".getBytes(StandardCharsets.UTF_8));
        far.send("to the client".getBytes(StandardCharsets.UTF_8));

        assertThat(new String(await(far.log().atLeast(11)), StandardCharsets.UTF_8))
                .isEqualTo("to the node");
        assertThat(new String(await(near.log().atLeast(13)), StandardCharsets.UTF_8))
                .isEqualTo("to the client");
        assertThat(near.connection().leafSha256())
                .isEqualTo(far.connection().leafSha256())
                .isEqualTo(kind == TransportKind.WSS ? rig.tls.leafSha256() : null);
        assertThat(near.connection().leafTrusted()).isEqualTo(kind == TransportKind.WSS);
        assertThat(near.connection().remoteAddress()).isEqualTo(far.connection().localAddress());
        assertThat(near.connection().localAddress()).isEqualTo(far.connection().remoteAddress());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void closesWithTheWebSocketHandshakeAndTellsEachEndOnce(DataPath server, DataPath client, TransportKind kind) {
        Accepted accepted = rig.accepting(server, TransportRig.config(kind));
        End near = rig.dial(client, rig.target(accepted.front().port(), kind));
        End far = accepted.next();

        near.run(() -> near.connection().carrier().close());

        assertThat(await(near.log().whenClosed())).isEqualTo("closed by this side");
        assertThat(await(far.log().whenClosed())).isEqualTo("closed by the peer, 1000 normal");
        assertThat(near.log().timesClosed()).isOne();
        assertThat(far.log().timesClosed()).isOne();
    }
}
