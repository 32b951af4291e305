package io.tlstunnel.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.Engine;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.Secret;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Members;
import io.tlstunnel.server.routing.OwnRegistrations;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.routing.RegistrationBus;
import io.tlstunnel.server.routing.RouteChanges;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.testing.TestPorts;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real Hazelcast and a real event bus with TLS, on addresses of this machine. */
@Timeout(120)
final class MembershipTest {
    private static final SessionRef SESSION = new SessionRef(1, 2, 3);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<Node> nodes = new ArrayList<>();
    private final int port = TestPorts.free();

    private static final class Node {
        final long incarnation;
        final Cluster cluster;
        final Context control;
        final Holders holders = new Holders();
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
                    null,
                    List.of(
                            new HostPort("127.0.0.1", port),
                            new HostPort("127.0.0.2", port),
                            new HostPort("127.0.0.3", port)),
                    ClusterConfig.Network.PRIVATE,
                    1 << 20);
            cluster = await(Cluster.join(
                    VertxRuntime.builder(Engine.Io.AUTO),
                    new VertxOptions(),
                    config,
                    ClusterAuthority.of(config.secret()),
                    "node-" + number,
                    address,
                    incarnation));
            control = cluster.vertx().getOrCreateContext();
            routes = new RouteTable(incarnation, Duration.ofSeconds(60), holders);
            own = new OwnRegistrations("node-" + number, incarnation);
            bus = new RegistrationBus(
                    cluster.vertx(),
                    control,
                    incarnation,
                    own,
                    change -> routes.apply(change, System.currentTimeMillis()),
                    report -> {});
            await(bus.start());
            cluster.onChange(this::meet);
            meet();
        }

        private void meet() {
            control.runOnContext(ignored -> bus.members(cluster.others().keySet()));
        }

        void tell(Registration change) {
            routes.apply(change, System.currentTimeMillis());
            bus.publish(change);
        }

        void hold() {
            control.runOnContext(ignored -> tell(own.change("office", SESSION, List.of(0), 1, List.of())));
        }

        void end() {
            control.runOnContext(ignored -> tell(own.end("office", SESSION, Registration.Part.OVER)));
        }

        void awaitHolders(Long... incarnations) {
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(holders.now)
                            .extracting(Holder::incarnation)
                            .containsExactly(incarnations));
        }
    }

    /** Who has the session, as the route table says. */
    private static final class Holders implements RouteChanges {
        private volatile List<Holder> now = List.of();

        @Override
        public void held(String client, SessionRef session, List<Holder> holders) {
            now = holders;
        }

        @Override
        public void over(String client, SessionRef session) {
            now = List.of();
        }

        @Override
        public void left(String client, SessionRef session) {
            now = List.of();
        }

        @Override
        public void routed(IngressKey key, Members members) {}

        @Override
        public void unrouted(IngressKey key) {}

        @Override
        public void settled(String client, SessionRef session) {}
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
        one.hold();
        two.awaitHolders(1L);
        Node three = node(3, "what the nodes share");
        three.awaitHolders(1L);
        System.out.printf("figures: three nodes know a session after %d ms%n", (System.nanoTime() - began) / 1_000_000);

        two.hold();
        one.awaitHolders(1L, 2L);
        two.awaitHolders(2L, 1L);

        nodes.remove(one);
        await(one.cluster.leave());
        two.awaitHolders(2L);
        two.end();
        three.awaitHolders();
    }

    @Test
    void whatWasWithheldIsKnownWithinThreeSeconds() {
        Node one = node(1, "what the nodes share");
        Node two = node(2, "what the nodes share");
        one.hold();
        two.awaitHolders(1L);
        AtomicInteger withheld = new AtomicInteger();
        two.cluster.vertx().eventBus().addInboundInterceptor(delivery -> {
            if (delivery.message().address().equals(Registration.ADDRESS)) {
                withheld.incrementAndGet();
            } else {
                delivery.next();
            }
        });
        one.end();
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(withheld).hasPositiveValue());
        Awaitility.await()
                .atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(two.holders.now).isEmpty());
    }

    @Test
    void aNodeWithAnotherSecretIsNoMember() {
        Node one = node(1, "what the nodes share");
        Node stranger = node(2, "what strangers share");
        one.hold();
        Awaitility.await().during(Duration.ofSeconds(3)).atMost(SOON).untilAsserted(() -> {
            assertThat(one.cluster.others()).isEmpty();
            assertThat(stranger.cluster.others()).isEmpty();
            assertThat(stranger.holders.now).isEmpty();
        });
    }
}
