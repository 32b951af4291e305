package io.tlstunnel.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.Engine;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.Secret;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.OwnRegistrations;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.routing.RegistrationBus;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real Hazelcast and a real event bus with TLS, on addresses of this machine. */
@Timeout(120)
final class ClusterTest {
    private static final IngressKey SSH = new IngressKey("0.0.0.0", 2222);
    private static final SessionRef SESSION = new SessionRef(1, 2, 3);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<Node> nodes = new ArrayList<>();
    private final int port = freePort();

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Node {
        final long incarnation;
        final Cluster cluster;
        final Context control;
        final RouteTable routes;
        final RegistrationBus bus;
        final OwnRegistrations own;

        Node(int number, int port, String secret) {
            incarnation = number;
            String address = "127.0.0." + number;
            ClusterConfig config = new ClusterConfig(
                    "test",
                    new Secret(secret),
                    address,
                    port,
                    7443,
                    List.of(new HostPort("127.0.0.1", port), new HostPort("127.0.0.2", port), new HostPort("127.0.0.3", port)),
                    ClusterConfig.Network.PRIVATE,
                    1 << 20);
            cluster = await(Cluster.join(
                    VertxRuntime.builder(Engine.Io.AUTO),
                    new VertxOptions(),
                    config,
                    ClusterAuthority.of(config.secret()),
                    address,
                    incarnation));
            control = cluster.vertx().getOrCreateContext();
            routes = new RouteTable(incarnation, applied -> {});
            own = new OwnRegistrations("node-" + number, incarnation);
            bus = new RegistrationBus(cluster.vertx(), control, incarnation, own, routes::apply);
            await(bus.start());
            cluster.onChange(this::meet);
            meet();
        }

        private void meet() {
            control.runOnContext(ignored -> bus.members(cluster.others()));
        }

        void tell(List<Registration.Entry> entries) {
            control.runOnContext(ignored -> {
                Registration change = own.change("office", SESSION, 1, entries);
                routes.apply(change);
                bus.publish(change);
            });
        }

        void awaitRoute(@Nullable Route route) {
            Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(routes.find(SSH)).isEqualTo(route));
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private Node node(int number, String secret) {
        Node node = new Node(number, port, secret);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void leave() {
        nodes.forEach(node -> await(node.cluster.leave()));
    }

    @Test
    void whatOneNodeTellsAllKnowUntilItIsGone() {
        long began = System.nanoTime();
        Node one = node(1, "what the nodes share");
        Node two = node(2, "what the nodes share");
        one.tell(List.of(new Registration.Entry("ssh", "tcp", SSH)));
        two.awaitRoute(new Route("office", "ssh", SESSION, 1, List.of(1L)));
        Node three = node(3, "what the nodes share");
        three.awaitRoute(new Route("office", "ssh", SESSION, 1, List.of(1L)));
        System.out.printf("figures: three nodes know a route after %d ms%n", (System.nanoTime() - began) / 1_000_000);

        two.tell(List.of(new Registration.Entry("ssh", "tcp", SSH)));
        one.awaitRoute(new Route("office", "ssh", SESSION, 1, List.of(1L, 2L)));
        two.awaitRoute(new Route("office", "ssh", SESSION, 1, List.of(2L, 1L)));

        nodes.remove(one);
        await(one.cluster.leave());
        two.awaitRoute(new Route("office", "ssh", SESSION, 1, List.of(2L)));
        two.tell(List.of());
        three.awaitRoute(null);
    }

    @Test
    void aNodeWithAnotherSecretIsNoMember() {
        Node one = node(1, "what the nodes share");
        Node stranger = node(2, "what strangers share");
        one.tell(List.of(new Registration.Entry("ssh", "tcp", SSH)));
        Awaitility.await().during(Duration.ofSeconds(3)).atMost(SOON).untilAsserted(() -> {
            assertThat(one.cluster.others()).isEmpty();
            assertThat(stranger.cluster.others()).isEmpty();
            assertThat(stranger.routes.find(SSH)).isNull();
        });
    }
}
