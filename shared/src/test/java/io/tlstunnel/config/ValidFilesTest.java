package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValidFilesTest {
    private static final Secret KEY = new Secret("correct horse battery staple");

    private final Path folder;

    ValidFilesTest(@TempDir Path folder) throws IOException {
        this.folder = Fixtures.copy("valid", folder);
    }

    static List<String> files() {
        return Fixtures.names("valid");
    }

    @ParameterizedTest
    @MethodSource("files")
    void loadsWithoutWarning(String name) {
        final Loaded<? extends Record> loaded = Fixtures.load(folder.resolve(name), Map.of());

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().toString()).doesNotContain("horse", "office\"", "p:s/s");
    }

    @Test
    void theGuidesServerHasTheStandardValues() {
        final Path file = folder.resolve("server-guide.toml");
        final ServerConfig server = ConfigFiles.loadServer(file, Map.of()).config();

        assertThat(server)
                .isEqualTo(new ServerConfig(
                        file,
                        server.name(),
                        "0.0.0.0",
                        443,
                        TransportKind.WSS,
                        null,
                        null,
                        "/tunnel",
                        new WebConfig.NotFound(),
                        List.of(new ClientEntry(
                                "*", List.of(KEY), List.of(new PortRange(1024, 65535)), Set.of(), 10_000, 16)),
                        new PortRange(20000, 29999),
                        new Publishing(null, Publishing.On.ALL, Publishing.Policy.AVAILABLE),
                        null,
                        new BalancerConfig(blocks("127.0.0.0/8", "::1/128"), Set.of()),
                        null,
                        standardTiming(),
                        Duration.ofSeconds(5),
                        new Budget(256L << 20, 16 << 20, 64 << 10),
                        new Engine(Engine.DataPath.FAST, Engine.Io.AUTO, Engine.Tls.AUTO),
                        new AdminConfig(true, "127.0.0.1", 9900, 200),
                        new LogConfig(LogConfig.Format.TEXT, "INFO", LogConfig.Access.ON)));
        assertThat(server.name()).matches(".+-[0-9a-f]{8}");
    }

    @Test
    void theGuidesClientHasItsTwoProxies() {
        final Path file = folder.resolve("client-guide.toml");
        final ClientConfig client = ConfigFiles.loadClient(file, Map.of()).config();

        assertThat(client)
                .isEqualTo(new ClientConfig(
                        file,
                        client.name(),
                        List.of(new HostPort("your-server.com", 443)),
                        TransportKind.WSS,
                        KEY,
                        false,
                        null,
                        null,
                        ChannelBinding.ON,
                        null,
                        "/tunnel",
                        null,
                        10_000,
                        List.of(
                                new ProxyConfig("web-server", "http/1.1", "0.0.0.0", 8080, "127.0.0.1", 80),
                                new ProxyConfig("ssh-server", "tcp", "0.0.0.0", 2222, "127.0.0.1", 22)),
                        standardTiming(),
                        Duration.ofSeconds(5),
                        new Budget(64L << 20, 16 << 20, 64 << 10),
                        new Engine(Engine.DataPath.FAST, Engine.Io.AUTO, Engine.Tls.AUTO),
                        new AdminConfig(false, "127.0.0.1", 9900, 200),
                        new LogConfig(LogConfig.Format.TEXT, "INFO", LogConfig.Access.ON)));
    }

    @Test
    void readsEveryKeyOfAServer() {
        final ServerConfig server = ConfigFiles.loadServer(folder.resolve("server-every-key.toml"), Map.of())
                .config();

        assertThat(server)
                .isEqualTo(new ServerConfig(
                        folder.resolve("server-every-key.toml"),
                        "node-1",
                        "::",
                        0,
                        TransportKind.WSS,
                        folder.resolve("cert.pem"),
                        folder.resolve("key.pem"),
                        "/t/v1",
                        new WebConfig.Upstream(URI.create("http://[::1]:8080")),
                        List.of(
                                new ClientEntry(
                                        "office",
                                        List.of(
                                                new Secret("the new key of the office"),
                                                new Secret("the old key of the office")),
                                        List.of(new PortRange(2222, 2222)),
                                        Set.of("ssh"),
                                        7,
                                        2,
                                        new VisitRules(
                                                rules(List.of("192.0.2.0/24", "2001:db8::/32"), List.of("192.0.2.13")),
                                                50,
                                                12_500_000)),
                                new ClientEntry(
                                        "办公室",
                                        List.of(new Secret("the key of the other office")),
                                        List.of(new PortRange(1024, 65535)),
                                        Set.of(),
                                        10_000,
                                        16),
                                new ClientEntry(
                                        "*",
                                        List.of(KEY),
                                        List.of(new PortRange(443, 443), new PortRange(8000, 8099)),
                                        Set.of("tcp", "http/1.1"),
                                        5,
                                        16,
                                        new VisitRules(rules(List.of("0.0.0.0/0"), List.of()), 10, 1 << 20))),
                        new PortRange(20000, 20099),
                        new Publishing("127.0.0.2", Publishing.On.OWNER, Publishing.Policy.ALL),
                        folder.resolve("cert.pem"),
                        new BalancerConfig(
                                blocks("10.0.0.0/8", "fd00::/8"), Set.of(BalancerConfig.Way.VISITORS_PROXY_HEADER)),
                        new ClusterConfig(
                                "edge",
                                new Secret("what the nodes of the edge share"),
                                "fd00::1",
                                5801,
                                7543,
                                new ClusterConfig.LinkFiles(
                                        folder.resolve("cert.pem"),
                                        folder.resolve("key.pem"),
                                        folder.resolve("cert.pem")),
                                List.of(
                                        new HostPort("10.0.0.2", 5801),
                                        new HostPort("node-3.example.com", 5701),
                                        new HostPort("fd00::4", 5801)),
                                ClusterConfig.Network.PRIVATE,
                                32 << 20),
                        new Timing(
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(90),
                                Duration.ofHours(2),
                                Duration.ZERO,
                                Duration.ofSeconds(3),
                                Duration.ofMillis(500)),
                        Duration.ZERO,
                        new Budget(512L << 20, 64 << 10, 16 << 10),
                        new Engine(Engine.DataPath.PLAIN, Engine.Io.NIO, Engine.Tls.JDK),
                        new AdminConfig(false, "127.0.0.1", 0, 0, new Secret("what-the-API-of-the-edge-asks-for")),
                        new LogConfig(LogConfig.Format.JSON, "DEBUG", LogConfig.Access.OFF)));
    }

    @Test
    void readsEveryKeyOfAClient() {
        final ClientConfig client = ConfigFiles.loadClient(folder.resolve("client-every-key.toml"), Map.of())
                .config();

        assertThat(client.servers())
                .extracting(HostPort::toString)
                .containsExactly(
                        "a.example.com:4443",
                        "b.example.com:8443",
                        "[2001:db8::1]:9443",
                        "[2001:db8::2]:4443",
                        "xn--bcher-kva.example:4443");
        assertThat(client.serverFingerprint()).isEqualTo("ab".repeat(32));
        assertThat(client.httpProxy())
                .isEqualTo(new HttpProxy(new HostPort("2001:db8::3", 3128), "us@er", new Secret("p:s/s+")));
        assertThat(client.proxies())
                .extracting(ProxyConfig::type)
                .containsExactly("http/1.1", "http/2.0", "tcp", "ssh");
        assertThat(client.proxies().get(0).publishAddr()).isEqualTo("::1");
        assertThat(client.proxies().get(0).visits())
                .isEqualTo(new VisitRules(rules(List.of(), List.of("::ffff:198.51.100.0/120")), 3, 2048));
        assertThat(client.proxies().get(1).visits()).isEqualTo(VisitRules.NONE);
        assertThat(client.proxies().get(0).group()).isNull();
        assertThat(client.proxies().get(0).healthCheck()).isNull();
        assertThat(client.proxies().get(1).group())
                .isEqualTo(new GroupConfig("h2-servers", new Secret("what the members share"), 3));
        assertThat(client.proxies().get(1).healthCheck())
                .isEqualTo(new HealthCheck(
                        HealthCheck.Kind.HTTP,
                        "/ready",
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        2,
                        Duration.ZERO));
        assertThat(client.proxies().get(3).healthCheck())
                .as("a standard time-out is never longer than the interval")
                .isEqualTo(new HealthCheck(
                        HealthCheck.Kind.TCP,
                        "/",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        3,
                        Duration.ofSeconds(30)));
        assertThat(client.reloadInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(client.timing().holdTimeout()).isZero();
        assertThat(client.admin().enabled()).as("[admin] is there").isTrue();
    }

    @Test
    void behindABalancerItsHeadersCount() {
        final BalancerConfig balancer = ConfigFiles.loadServer(folder.resolve("server-behind-balancer.toml"), Map.of())
                .config()
                .balancer();

        assertThat(balancer)
                .isEqualTo(new BalancerConfig(blocks("192.0.2.1"), Set.of(BalancerConfig.Way.FORWARDED_FOR)));
    }

    private static AddressRules rules(List<String> allow, List<String> deny) {
        return new AddressRules(blocks(allow.toArray(String[]::new)), blocks(deny.toArray(String[]::new)));
    }

    private static List<Cidr> blocks(String... written) {
        return Stream.of(written).map(Cidr::of).toList();
    }

    private static Timing standardTiming() {
        final Duration ten = Duration.ofSeconds(10);
        return new Timing(Duration.ofSeconds(5), ten, ten, ten, ten, Duration.ofMinutes(1), Duration.ofMinutes(10));
    }
}
