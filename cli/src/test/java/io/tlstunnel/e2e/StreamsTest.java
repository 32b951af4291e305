package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("alone")
@ExtendWith(LeakCheck.class)
final class StreamsTest {
    private static final boolean FULL = Boolean.getBoolean("tlstunnel.full");
    private static final long SEED = Long.getLong("tlstunnel.seed", 20_261_123);
    private static final int STREAMS = FULL ? 10_000 : 1_000;

    /** Vert.x masks four bytes at a time, and paranoid leak detection notes each: the plain path is slow in tests. */
    private static final int STREAMS_PLAIN = FULL ? 10_000 : 300;

    private static final int AT_ONCE = FULL ? 500 : 200;

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void carriesEveryByteHalfCloseAndResetOfManyStreams(DataPath path, @TempDir Path folder) throws IOException {
        int streams = path == DataPath.FAST ? STREAMS : STREAMS_PLAIN;
        try (Swarm swarm = new Swarm(SEED);
                Rig rig = new Rig(folder, path)) {
            rig.startServer("", "[log]\naccess = \"off\"");
            TunnelClient client = rig.startClient(rig.clientConfig("client", "", Rig.proxy("swarm", 0, swarm.port())));
            int port = Rig.ports(client).get(0).port();

            assertThat(swarm.run(port, streams, AT_ONCE))
                    .as("%s streams, %s at once; -Dtlstunnel.seed=%s", streams, AT_ONCE, SEED)
                    .isEmpty();
            assertThat(swarm.served()).isEqualTo(streams);
            Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(rig.server().metrics().streams().open()).isZero();
                assertThat(client.metrics().streams().open()).isZero();
            });
            assertThat(rig.server().metrics().streams().ended()).isEqualTo(streams);
        }
    }
}
