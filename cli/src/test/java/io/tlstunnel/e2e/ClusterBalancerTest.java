package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.e2e.Sample.Nodes;
import io.tlstunnel.security.CertificateNames;
import io.tlstunnel.security.GeneratedCertificate;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes are processes behind the real HAProxy or Nginx, which is all that clients know of: whichever nodes they come to, each
 * port leads to its own service at every node.
 */
@EnabledOnOs(OS.LINUX)
@ExtendWith(LeakCheck.class)
@Timeout(300)
final class ClusterBalancerTest {
    private static final int NODES = 3;
    private static final int CLIENTS = Boolean.getBoolean("tlstunnel.full") ? 20 : 8;
    private static final int PROXIES = 5;
    private static final int HOMES = 2;
    private static final String TOKEN = "the-token-of-this-test";
    private static final String TRUSTED = "trusted_proxies = \"" + Balancer.ADDRESS + "\"\n";
    private static final String WORD = "hello";
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private final int balancer = Rig.freePort();
    private final Vertx clients =
            VertxRuntime.builder(Rig.natives() ? Engine.Io.AUTO : Engine.Io.NIO).build();
    private final List<EndProcess> nodes = new ArrayList<>();
    private final List<Api> apis = new ArrayList<>();
    /** By the public port: each says its name, and then what it hears. */
    private final Map<Integer, String> names = new TreeMap<>();

    private final List<Services> services = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        Rig.await(clients.close());
        nodes.forEach(EndProcess::close);
        for (Services service : services) {
            service.close();
        }
    }

    @Test
    void haproxyPassesTlsThrough() throws IOException {
        Tool.require("haproxy");
        ClusterFiles files = startNodes("proxy_protocol = true\n" + TRUSTED);
        try (Daemon haproxy = HaProxy.start(folder, HaProxy.passing(balancer, nodes(files)))) {
            everyPortLeadsToItsService("HAProxy passes TLS through", files);
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    @Test
    void haproxyEndsTlsAndThenNginxDoes() throws IOException {
        Tool.require("haproxy");
        Tool.require("nginx");
        Path certificate = makeCertificate();
        Path both = Files.writeString(
                folder.resolve("both.pem"), Files.readString(certificate) + Files.readString(key(certificate)));
        ClusterFiles files = startNodes(plain(certificate));
        try (Daemon haproxy = HaProxy.start(folder, HaProxy.ending(balancer, both, nodes(files)))) {
            everyPortLeadsToItsService("HAProxy ends TLS", files);
            assertThat(haproxy.isAlive()).isTrue();
        }
        try (Daemon nginx = Nginx.start(folder, Nginx.ending(balancer, certificate, key(certificate), nodes(files)))) {
            everyPortLeadsToItsService("Nginx ends TLS", files);
            assertThat(nginx.isAlive()).isTrue();
        }
    }

    // ---- the cluster -----------------------------------------------------------------------------------------------

    private Path makeCertificate() {
        GeneratedCertificate.in(folder, () -> CertificateNames.ofThisHost("127.0.0.1"));
        return folder.resolve("server-cert.pem");
    }

    private static Path key(Path certificate) {
        return certificate.resolveSibling(GeneratedCertificate.KEY_FILE);
    }

    private static String plain(Path certificate) {
        return "transport = \"ws\"\nbehind_proxy = true\nbalancer_cert_path = \"" + certificate + "\"\n" + TRUSTED;
    }

    private static Nodes nodes(ClusterFiles files) {
        return new Nodes(NODES, files.tunnelPort());
    }

    /** One after the other; {@code keys} go into their {@code [server]}. */
    private ClusterFiles startNodes(String keys) throws IOException {
        ClusterFiles files = new ClusterFiles(folder);
        for (int adminPort : Rig.freePorts(NODES)) {
            String admin = "bind_port = " + adminPort + "\ntoken = \"" + TOKEN + "\"";
            apis.add(new Api(adminPort, TOKEN));
            EndProcess node = EndProcess.start("server", files.node(apis.size(), keys, admin));
            nodes.add(node);
            node.await(EndProgram.READY);
        }
        nodes.forEach(node -> node.awaitMembers(NODES, SOON));
        return files;
    }

    private List<TunnelClient> startClients(ClusterFiles files) throws IOException {
        List<Integer> ports = Rig.freePorts(CLIENTS * PROXIES);
        names.clear();
        List<TunnelClient> started = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            StringBuilder proxies = new StringBuilder();
            for (int proxy = 0; proxy < PROXIES; proxy++) {
                int port = ports.get(client * PROXIES + proxy);
                Services service = service(port, "service " + proxy + " of client " + client);
                proxies.append(Rig.proxy("service-" + proxy, "0.0.0.0", port, service.port()));
            }
            Path file = files.through(balancer).client("client-" + client, "", proxies.toString(), 1);
            started.add(TunnelClient.start(
                    clients, ConfigFiles.loadClient(file, Map.of()).config()));
        }
        return started;
    }

    private Services service(int port, String name) throws IOException {
        Services service = Services.start(visitor -> {
            visitor.getOutputStream().write(name.getBytes(StandardCharsets.US_ASCII));
            visitor.getInputStream().transferTo(visitor.getOutputStream());
            visitor.shutdownOutput();
        });
        names.put(port, name);
        services.add(service);
        return service;
    }

    // ---- what is so ------------------------------------------------------------------------------------------------

    private void everyPortLeadsToItsService(String what, ClusterFiles files) throws IOException {
        long start = System.nanoTime();
        List<TunnelClient> started = startClients(files);
        started.forEach(client -> assertThat(Rig.ports(client)).hasSize(PROXIES));
        long published = millisSince(start);
        List<Integer> tunnels = awaitTwoHomesEach();
        long settled = millisSince(start);
        awaitOpen();
        long open = millisSince(start);

        long visiting = System.nanoTime();
        assertThat(heard()).isEqualTo(eachAtEveryNode((node, port) -> names.get(port) + WORD));
        System.out.printf(
                "figures: %s: %d nodes, %d clients with %d proxies each: published after %d ms, two homes each after"
                        + " %d ms (tunnels %s), listening everywhere after %d ms; %d visits in %d ms%n",
                what,
                NODES,
                CLIENTS,
                PROXIES,
                published,
                settled,
                tunnels,
                open,
                NODES * names.size(),
                millisSince(visiting));
        started.forEach(client -> Rig.await(client.shutdown()));
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** Waits until each client has two tunnels, at different nodes. Returns how many each node has. */
    private List<Integer> awaitTwoHomesEach() {
        Map<Integer, Integer> tunnels = new TreeMap<>();
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            tunnels.clear();
            Map<String, List<Integer>> homes = new TreeMap<>();
            for (int node = 1; node <= NODES; node++) {
                for (JsonObject client : Api.list(apis.get(node - 1).get("clients"), "clients")) {
                    for (JsonObject tunnel : Api.list(client, "tunnels")) {
                        // Of the client: the balancer has told who comes.
                        assertThat(tunnel.getString("address")).startsWith("127.0.0.1:");
                        homes.computeIfAbsent(client.getString("name"), any -> new ArrayList<>())
                                .add(node);
                        tunnels.merge(node, 1, Integer::sum);
                    }
                }
            }
            assertThat(homes).hasSize(CLIENTS);
            assertThat(homes.values())
                    .allSatisfy(those -> assertThat(those).hasSize(HOMES).doesNotHaveDuplicates());
        });
        return List.copyOf(tunnels.values());
    }

    private void awaitOpen() {
        for (int node = 1; node <= NODES; node++) {
            int here = node;
            Awaitility.await()
                    .alias("node " + node + " listens on every port")
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> nodes.get(here - 1).listening().containsAll(names.keySet()));
        }
    }

    /** What each service says to a visitor who says a word and hangs up; by node and port. */
    private Map<String, String> heard() {
        return eachAtEveryNode((node, port) -> {
            try (Socket visitor = ClusterRig.visit(node, port)) {
                visitor.getOutputStream().write(WORD.getBytes(StandardCharsets.US_ASCII));
                visitor.shutdownOutput();
                return new String(visitor.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException failure) {
                return failure.toString();
            }
        });
    }

    private Map<String, String> eachAtEveryNode(BiFunction<Integer, Integer, String> call) {
        Map<String, String> answers = new TreeMap<>();
        for (int node = 1; node <= NODES; node++) {
            for (int port : names.keySet()) {
                answers.put("node " + node + ", port " + port, call.apply(node, port));
            }
        }
        return answers;
    }
}
