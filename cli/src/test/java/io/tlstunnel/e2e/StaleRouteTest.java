package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.server.Withheld;
import io.tlstunnel.server.admin.RelayRefusal;
import io.tlstunnel.server.routing.Digest;
import io.tlstunnel.server.routing.Registration;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Visitors come in at node 3, which does not hear that node 1 has lost a client. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StaleRouteTest {
    private static final int NODES = 3;
    private static final int VISITORS = 8;
    private static final String TOKEN = "the-token-of-this-test";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration EQUAL = Duration.ofSeconds(3);

    private ClusterRig rig;
    private final List<TunnelClient> clients = new ArrayList<>();
    private final List<Socket> visitors = new ArrayList<>();
    private int port;
    private long before;
    /** What the client dials that has a tunnel to node 1. */
    private Cable toNode1;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        rig = ClusterRig.of(folder, NODES, "bind_port = 0\ntoken = \"" + TOKEN + "\"");
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @BeforeEach
    void plug() throws IOException {
        port = Rig.freePort();
        toNode1 = new Cable(rig.files().tunnelPort());
        before = rig.server(3).metrics().refusals(RelayRefusal.NOT_HERE);
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Socket visitor : visitors) {
            visitor.close();
        }
        visitors.clear();
        clients.forEach(client -> Rig.await(client.shutdown()));
        clients.clear();
        toNode1.close();
    }

    private String throughCable() {
        return "127.0.0.1:" + toNode1.port();
    }

    /** As many connections as nodes: it looks for no other one meanwhile. */
    private void start(String name, List<String> addresses, String proxies) throws IOException {
        String connections = "connections = " + addresses.size();
        TunnelClient client = rig.client(rig.files().client(name, connections, proxies, addresses));
        clients.add(client);
        assertThat(Rig.ports(client)).hasSize(1);
    }

    @Test
    void anotherTunnelOfTheClientTakesTheVisitor() throws IOException {
        try (Services echo = Services.echo()) {
            start("office", List.of(throughCable(), "127.0.0.2"), Rig.proxy("echo", "0.0.0.0", port, echo.port()));
            awaitHomes(3, "office", "node-1", "node-2");
            try (Withheld withheld = Withheld.from(rig.server(3), Registration.ADDRESS, Digest.ADDRESS)) {
                loseTunnelAtNode1(withheld);
                for (int i = 0; i < VISITORS; i++) {
                    // They stay: the way that nobody takes is the next one's first choice.
                    Socket visitor = ClusterRig.visit(3, port);
                    visitors.add(visitor);
                    visitor.getOutputStream().write(i);
                    assertThat(visitor.getInputStream().read()).isEqualTo(i);
                }
                assertThat(staleRoutes()).isPositive().isLessThanOrEqualTo(VISITORS);
                assertThat(homes(3, "office")).as("what node 3 still believes").contains("node-1");
            }
            awaitEqualTables("office", "node-2");
        }
    }

    @Test
    void anotherMemberOfTheGroupTakesTheVisitor() throws IOException {
        try (Site a = new Site("a");
                Site b = new Site("b")) {
            start("client-a", List.of(throughCable()), member(a.port(), "weight = 100"));
            start("client-b", List.of("127.0.0.2"), member(b.port(), ""));
            awaitHomes(3, "client-a", "node-1");
            awaitHomes(3, "client-b", "node-2");
            assertThat(ask()).isEqualTo("a");
            try (Withheld withheld = Withheld.from(rig.server(3), Registration.ADDRESS, Digest.ADDRESS)) {
                loseTunnelAtNode1(withheld);
                for (int i = 0; i < VISITORS; i++) {
                    assertThat(ask()).isEqualTo("b");
                }
                assertThat(staleRoutes()).isGreaterThanOrEqualTo(VISITORS / 2);
                assertThat(homes(3, "client-a"))
                        .as("what node 3 still believes")
                        .containsExactly("node-1");
            }
            awaitEqualTables("client-a");
            long known = staleRoutes();
            assertThat(ask()).isEqualTo("b");
            assertThat(staleRoutes()).isEqualTo(known);
        }
    }

    private String member(int localPort, String keys) {
        return Rig.proxy("site", "0.0.0.0", port, localPort) + """
                group = "site"
                group_key = "what the members of the site share"
                %s
                """.formatted(keys);
    }

    private String ask() throws IOException {
        return Site.ask(ClusterRig.visit(3, port));
    }

    private long staleRoutes() {
        return rig.server(3).metrics().refusals(RelayRefusal.NOT_HERE) - before;
    }

    /** The others hear of it, and node 3 would. */
    private void loseTunnelAtNode1(Withheld withheld) throws IOException {
        awaitPassing(() -> assertThat(rig.server(3).metrics().streams().open())
                .as("streams")
                .isZero());
        int heard = withheld.count();
        toNode1.unplug();
        awaitPassing(() -> assertThat(rig.tunnels(1)).isZero());
        awaitPassing(() -> assertThat(withheld.count()).isGreaterThan(heard));
        assertThat(staleRoutes()).isZero();
    }

    // ---- what the nodes believe -------------------------------------------------------------------------------------

    private Api api(int node) {
        return new Api(rig.server(node).adminPort(), TOKEN);
    }

    /** The nodes that have tunnels of the client, as that node knows. */
    private List<String> homes(int node, String client) {
        return Api.list(api(node).get("clients"), "clients").stream()
                .filter(known -> known.getString("name").equals(client))
                .flatMap(known -> known.getJsonArray("nodes").stream())
                .map(String::valueOf)
                .toList();
    }

    /** And it has links to all of them. */
    private void awaitHomes(int node, String client, String... names) {
        awaitPassing(() -> {
            assertThat(homes(node, client)).containsExactlyInAnyOrder(names);
            assertThat(Api.list(api(node).get("cluster"), "members"))
                    .filteredOn(member -> List.of(names).contains(member.getString("name")))
                    .hasSize(names.length)
                    .allMatch(member -> member.getInteger("links") > 0);
            assertThat(Api.list(api(node).get("proxies"), "proxies"))
                    .filteredOn(proxy -> proxy.getString("client").equals(client))
                    .extracting(proxy -> proxy.getJsonObject("here").getString("state"))
                    .containsExactly("listening");
        });
    }

    private void awaitEqualTables(String client, String... names) {
        long began = System.nanoTime();
        Awaitility.await().atMost(EQUAL).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            assertThat(homes(3, client)).containsExactly(names);
            assertThat(IntStream.rangeClosed(1, NODES)
                            .mapToObj(node -> api(node).routes())
                            .distinct())
                    .hasSize(1);
        });
        System.out.printf(
                "figures: stale route: all tables equal %d ms after the news was withheld no longer%n",
                (System.nanoTime() - began) / 1_000_000);
    }

    private static void awaitPassing(ThrowingRunnable step) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(50)).untilAsserted(step);
    }
}
