package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.server.Withheld;
import io.tlstunnel.server.routing.RegistrationBus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node that joins is ready once it has tried every port that the others publish. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JoinerTest {
    private static final int NODES = 2;
    private static final int JOINER = NODES + 1;
    private static final int CLIENTS = 4;
    private static final int PROXIES = 50;
    private static final Duration SOON = Duration.ofSeconds(20);
    /** Where no other test picks any. */
    private static final String AUTO_PORTS = "auto_ports = \"30000-30999\"";

    private final List<Integer> ports = new ArrayList<>();
    private ClusterRig rig;
    private Services echo;

    @BeforeAll
    void publish(@TempDir Path folder) throws IOException {
        echo = Services.echo();
        rig = ClusterRig.of(folder, NODES, AUTO_PORTS, "enabled = false");
        for (int i = 0; i < CLIENTS; i++) {
            StringBuilder proxies = new StringBuilder();
            for (int j = 0; j < PROXIES; j++) {
                proxies.append(Rig.proxy("echo-" + j, "0.0.0.0", 0, echo.port()));
            }
            TunnelClient client = rig.client("client-" + i, "connections = 1", proxies.toString(), 1 + i % NODES);
            Rig.ports(client).stream().map(Published::port).forEach(ports::add);
        }
        assertThat(ports).hasSize(CLIENTS * PROXIES).doesNotHaveDuplicates();
        // What node 1 does not know yet it could not tell the joiner either.
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            for (int node = 1; node <= NODES; node++) {
                assertThat(listeners(node)).isEqualTo(ports.size());
            }
        });
    }

    @AfterAll
    void stop() throws IOException {
        rig.close();
        echo.close();
    }

    @Test
    void everyPortIsOpenAtOnceButThoseThatCannotBeHad() throws IOException {
        int taken = ports.get(0);
        try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getByName("127.0.0." + JOINER))) {
            assertThat(other.isBound()).isTrue();
            rig.start(JOINER);
            for (int port : ports.subList(1, ports.size())) {
                try (Socket visitor = ClusterRig.visit(JOINER, port)) {
                    assertThat(Rig.answer(visitor)).as("port " + port).isEqualTo('x');
                }
            }
        } finally {
            rig.stop(JOINER);
        }
    }

    @Test
    void oneWhoDoesNotAnswerIsNotWaitedForForEver() throws IOException {
        try {
            try (LogCapture log = LogCapture.ofProgram();
                    Withheld withheld = Withheld.from(rig.server(1), RegistrationBus.PIECES)) {
                rig.start(JOINER);
                assertThat(withheld.count()).isPositive();
                log.await("ready without the ports of nodes that do not tell", "[node-1]");
                assertThat(listeners(JOINER)).as("those of node 2").isEqualTo(ports.size() / NODES);
            }
            Awaitility.await().atMost(SOON).until(() -> listeners(JOINER) == ports.size());
        } finally {
            rig.stop(JOINER);
        }
    }

    private long listeners(int node) {
        return rig.server(node).metrics().listeners().value();
    }
}
