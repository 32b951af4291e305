package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Nodes are processes, and are killed. */
@EnabledOnOs(OS.LINUX)
final class ClusterKillTest {
    private static final boolean FULL = Boolean.getBoolean("tlstunnel.full");
    private static final long SEED = Long.getLong("tlstunnel.seed", 20_261_126);
    private static final int NODES = 3;
    private static final int CLIENTS = FULL ? 20 : 4;
    private static final int PROXIES = 5;
    private static final int KILLS = FULL ? 100 : 3;
    private static final int RATE = FULL ? 200 : 50;
    private static final int LATE_MILLIS = 2_000;
    private static final Duration SOON = Duration.ofSeconds(40);

    private static final int ADMIN_PORT = Rig.freePort();
    private static final String TOKEN = "the-token-of-this-test";

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void noNewConnectionFailsAtTheOtherNodesAndNothingIsLeft() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        ClusterFiles files = new ClusterFiles(folder);
        Vertx vertx = VertxRuntime.builder(Rig.natives() ? Engine.Io.AUTO : Engine.Io.NIO)
                .build();
        Map<Integer, EndProcess> nodes = new TreeMap<>();
        try (Services echo = Services.echo()) {
            for (int node = 1; node <= NODES; node++) {
                nodes.put(node, start(files, node));
            }
            Map<Integer, List<String>> idle = new TreeMap<>();
            for (int node : nodes.keySet()) {
                awaitWhole(node);
            }
            for (int node : nodes.keySet()) {
                idle.put(node, held(node, nodes));
            }
            List<Integer> ports = new ArrayList<>();
            List<TunnelClient> clients = clients(files, vertx, echo.port(), ports);
            for (int node : nodes.keySet()) {
                awaitAnswers(node, ports);
            }
            int calls = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                int victim = 1 + random.nextInt(NODES);
                String what = kill + ". kill, node " + victim + "; -Dtlstunnel.seed=" + SEED;
                try (Callers callers = new Callers(others(victim), ports)) {
                    callers.awaitCalls(RATE / 2);
                    nodes.get(victim).kill();
                    callers.awaitCalls(callers.calls() + RATE * LATE_MILLIS / 1_000);
                    nodes.put(victim, start(files, victim));
                    callers.awaitCalls(callers.calls() + RATE / 2);
                    assertThat(callers.failures()).as(what).isEmpty();
                    calls += callers.calls();
                }
                awaitAnswers(victim, ports);
            }
            System.out.printf(
                    "figures: cluster kills: %d, %d connections at the other nodes meanwhile, none failed%n",
                    KILLS, calls);
            clients.forEach(client -> Rig.await(client.shutdown()));
            for (int node : nodes.keySet()) {
                Awaitility.await().atMost(SOON).untilAsserted(() -> {
                    assertThat(api(node).routes()).as("who is where").isEmpty();
                    assertThat(ports)
                            .allSatisfy(port -> assertThat(claims(node, port)).isEmpty());
                    assertThat(held(node, nodes)).isEqualTo(idle.get(node));
                });
            }
            System.out.printf(
                    "figures: cluster kills: no client, no claim of %d ports, and the descriptors as before: %s%n",
                    ports.size(), idle.values().stream().map(List::size).toList());
        } finally {
            Rig.await(vertx.close());
            nodes.values().forEach(EndProcess::close);
        }
    }

    private static EndProcess start(ClusterFiles files, int node) throws IOException {
        EndProcess process =
                EndProcess.start("server", files.node(node, "", """
                bind_addr = "%s"
                bind_port = %d
                token = "%s"
                """.formatted(address(node), ADMIN_PORT, TOKEN)));
        process.await(EndProgram.READY);
        return process;
    }

    private static String address(int node) {
        return "127.0.0." + node;
    }

    private static Api api(int node) {
        return new Api(address(node), ADMIN_PORT, TOKEN);
    }

    /** Waits until it has heard of all that the others have; their event buses are connected then. */
    private static void awaitWhole(int node) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            JsonObject cluster = api(node).get("cluster");
            assertThat(cluster.getJsonArray("members")).hasSize(NODES);
            assertThat(cluster.getBoolean("whole")).isTrue();
        });
    }

    private static JsonArray claims(int node, int port) {
        return api(node).get("why/" + port).getJsonArray("claims");
    }

    /** Descriptors of a node, without its links: those stay, warm for the next client. */
    private static List<String> held(int node, Map<Integer, EndProcess> nodes) {
        List<String> held = new ArrayList<>(nodes.get(node).descriptors());
        Collections.nCopies(links(node, nodes.keySet()), "connection").forEach(held::remove);
        return held;
    }

    /** Links of a node, whoever dialled them: each end tells of those that it sends visitors into. */
    private static int links(int node, Set<Integer> nodes) {
        return nodes.stream()
                .flatMap(at -> Api.list(api(at).get("cluster"), "members").stream()
                        .filter(member -> !member.getBoolean("self"))
                        .filter(member -> at == node || member.getString("name").equals("node-" + node)))
                .mapToInt(member -> member.getInteger("links"))
                .sum();
    }

    private static List<Integer> others(int victim) {
        List<Integer> others = new ArrayList<>();
        for (int node = 1; node <= NODES; node++) {
            if (node != victim) {
                others.add(node);
            }
        }
        return others;
    }

    /** Spread over the nodes, which they try in different order. */
    private static List<TunnelClient> clients(ClusterFiles files, Vertx vertx, int echo, List<Integer> ports)
            throws IOException {
        List<TunnelClient> clients = new ArrayList<>();
        ports.addAll(Rig.freePorts(CLIENTS * PROXIES));
        for (int i = 0; i < CLIENTS; i++) {
            StringBuilder proxies = new StringBuilder();
            for (int j = 0; j < PROXIES; j++) {
                proxies.append(Rig.proxy("echo-" + j, "0.0.0.0", ports.get(i * PROXIES + j), echo));
            }
            Integer[] order = {1 + i % NODES, 1 + (i + 1) % NODES, 1 + (i + 2) % NODES};
            Path file = files.client("client-" + i, "", proxies.toString(), order);
            clients.add(TunnelClient.start(
                    vertx, ConfigFiles.loadClient(file, Map.of()).config()));
        }
        clients.forEach(client -> Rig.await(client.ready()));
        return clients;
    }

    private static void awaitAnswers(int node, List<Integer> ports) {
        Set<Integer> silent = new TreeSet<>(ports);
        Awaitility.await()
                .alias("every port answers at node " + node)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    silent.removeIf(port -> call(node, port).isEmpty());
                    return silent.isEmpty();
                });
    }

    /** A word and its echo. Returns what went wrong, or nothing. */
    private static String call(int node, int port) {
        try (Socket socket = ClusterRig.visit(node, port)) {
            int heard = Rig.answer(socket);
            return heard == 'x' ? "" : "node " + node + " port " + port + ": heard " + heard;
        } catch (IOException e) {
            return "node " + node + " port " + port + ": " + e.getMessage();
        }
    }

    /** Calls come at an even rate, each on a thread of its own, and none waits for another. */
    private static final class Callers implements AutoCloseable {
        private final List<Integer> nodes;
        private final List<Integer> ports;
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicInteger calls = new AtomicInteger();
        private final List<Thread> threads = new ArrayList<>();
        private final Thread clock;
        private volatile boolean stopped;

        Callers(List<Integer> nodes, List<Integer> ports) {
            this.nodes = nodes;
            this.ports = ports;
            this.clock = new Thread(this::ring, "callers");
            clock.start();
        }

        private void ring() {
            long next = System.nanoTime();
            for (int i = 0; !stopped; i++) {
                int node = nodes.get(i % nodes.size());
                int port = ports.get((i / nodes.size()) % ports.size());
                Thread caller = new Thread(
                        () -> {
                            String failure = call(node, port);
                            if (!failure.isEmpty()) {
                                failures.add(failure);
                            }
                            calls.incrementAndGet();
                        },
                        "caller");
                caller.start();
                threads.add(caller);
                threads.removeIf(thread -> !thread.isAlive());
                next += TimeUnit.SECONDS.toNanos(1) / RATE;
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }

        int calls() {
            return calls.get();
        }

        void awaitCalls(int count) {
            Awaitility.await().atMost(SOON).until(() -> calls.get() >= count);
        }

        /** Once all have an answer. */
        List<String> failures() throws InterruptedException {
            stopped = true;
            clock.join();
            for (Thread thread : List.copyOf(threads)) {
                thread.join();
            }
            return List.copyOf(failures);
        }

        @Override
        public void close() {
            stopped = true;
        }
    }
}
