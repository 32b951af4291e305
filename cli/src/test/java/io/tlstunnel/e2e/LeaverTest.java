package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node of a cluster is stopped: its clients go to another one, and what has come in at it may end. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
final class LeaverTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void whatRunsGoesOnAndWhatComesGoesToTheOtherNode(@TempDir Path folder) throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 2)) {
            TunnelClient client =
                    rig.client("office", "connections = 1", Rig.proxy("echo", "0.0.0.0", 0, echo.port()), 1, 2);
            int port = Rig.ports(client).get(0).port();
            ClusterRig.awaitEcho(1, port);
            ClusterRig.awaitEcho(2, port);
            assertThat(rig.tunnels(1)).isEqualTo(1);

            Future<Void> stopped;
            try (Socket there = ClusterRig.visit(1, port);
                    Socket elsewhere = ClusterRig.visit(2, port)) {
                assertThat(Rig.answer(there)).isEqualTo('x');
                assertThat(Rig.answer(elsewhere)).isEqualTo('x');
                stopped = rig.server(1).shutdown();
                Awaitility.await().atMost(SOON).until(() -> rig.tunnels(2) == 1);
                ClusterRig.awaitEcho(1, port);
                assertThat(Rig.answer(there)).isEqualTo('x');
                assertThat(Rig.answer(elsewhere)).isEqualTo('x');
                assertThat(stopped.isComplete()).as("somebody is still in").isFalse();
            }
            Rig.await(stopped);
            assertThat(ClusterRig.isOpen(1, port)).isFalse();
            ClusterRig.awaitEcho(2, port);
        }
    }
}
