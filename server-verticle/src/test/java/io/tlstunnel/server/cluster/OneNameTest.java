package io.tlstunnel.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.Engine;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.Secret;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.testing.TestPorts;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real nodes on addresses of this machine, whose {@code members} is one DNS name. */
@Timeout(120)
final class OneNameTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final List<Cluster> nodes = new ArrayList<>();
    private final int port = TestPorts.free();

    private Cluster node(int number, MemberAddresses.Names names) {
        String address = "127.0.0." + number;
        ClusterConfig config = new ClusterConfig(
                "test",
                new Secret("what the nodes share"),
                address,
                port,
                7443,
                null,
                List.of(new HostPort("nodes", port)),
                ClusterConfig.Network.PRIVATE,
                1 << 20);
        Cluster node = Cluster.join(
                        VertxRuntime.builder(Engine.Io.AUTO),
                        new VertxOptions(),
                        config,
                        new MemberAddresses(config.members(), names),
                        ClusterAuthority.of(config.secret()),
                        "node-" + number,
                        address,
                        number)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        nodes.add(node);
        return node;
    }

    @AfterEach
    void leave() {
        nodes.forEach(node -> node.leave()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join());
    }

    @Test
    void itIsAskedAgainUntilTheNodesHaveMet() {
        List<InetAddress> known = new CopyOnWriteArrayList<>(Literals.all("127.0.0.1"));
        Cluster one = node(1, host -> known);
        Cluster two = node(2, host -> Literals.all("127.0.0.2"));
        assertThat(one.others()).isEmpty();
        assertThat(two.others()).isEmpty();

        known.addAll(Literals.all("127.0.0.2", "127.0.0.3"));
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            assertThat(one.others()).containsOnlyKeys(2L);
            assertThat(two.others()).containsOnlyKeys(1L);
        });
        Cluster three = node(3, host -> known);
        assertThat(three.others()).containsOnlyKeys(1L, 2L);
    }
}
