package io.tlstunnel.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tlstunnel.cli.CommandModel;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker-compose.yml}, the files it uses and the page about it speak of the same things. */
final class ComposeTest {
    private static final Path CONF = Page.ROOT.resolve("conf/compose");
    private static final YamlValue COMPOSE = YamlValue.read("docker-compose.yml");
    private static final String BALANCER = Page.text(CONF.resolve("haproxy.cfg"));
    private static final String IMAGE = Page.text(Page.ROOT.resolve("Dockerfile"));

    /** Of a folder that a container is given: {@code ./conf/compose/web:/srv:ro}. */
    private static final Pattern MOUNT = Pattern.compile("\\./([^:]+):.*");

    private static final Pattern COPY = Pattern.compile("(?m)^COPY (?!--from)(.+) \\S+$");
    private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");

    @TempDir
    private static Path folder = Path.of("set by JUnit");

    /** As the containers see it: the two files, and the keys that the script makes. */
    @BeforeAll
    static void makeKeys() throws IOException, InterruptedException {
        for (final String file : List.of("server.toml", "client.toml")) {
            Files.copy(CONF.resolve(file), folder.resolve(file));
        }
        Files.createDirectories(folder.resolve("client-keys"));
        Files.createDirectories(folder.resolve("node-keys"));
        final Path program = Files.createDirectory(folder.resolve("bin")).resolve("tls-tunnel");
        Files.writeString(program, """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -cp '%s' io.tlstunnel.cli.Main "$@"
                """.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        run("/bin/sh", CONF.resolve("keys.sh").toString(), folder.toString());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        final Path said = folder.resolve("said.txt");
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, ours) -> ours + path);
        final Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        return Files.readString(said);
    }

    private static ServerConfig server() {
        return ConfigFiles.loadServer(folder.resolve("server.toml"), Map.of()).config();
    }

    private static ClientConfig client() {
        return ConfigFiles.loadClient(folder.resolve("client.toml"), Map.of()).config();
    }

    private static ClusterConfig cluster() {
        return Objects.requireNonNull(server().cluster());
    }

    private static Stream<YamlValue> services() {
        return COMPOSE.at("services").keys().stream().map(name -> COMPOSE.at("services", name));
    }

    @Test
    void theFilesPassTheCheckWithTheKeysThatAreMadeOnce() throws Exception {
        final String program = folder.resolve("bin/tls-tunnel").toString();
        assertThat(run(program, "check", "server.toml")).isEqualTo("server.toml: can be used\n");
        assertThat(run(program, "check", "client.toml")).isEqualTo("client.toml: can be used\n");
        assertThat(folder.resolve("client-keys"))
                .as("what clients have")
                .isDirectoryContaining("glob:**/auth.key")
                .isDirectoryNotContaining("glob:**cluster*")
                .isDirectoryNotContaining("glob:**/server-key.pem");

        final String key = Files.readString(folder.resolve("node-keys/cluster.key"));
        assertThat(run("/bin/sh", CONF.resolve("keys.sh").toString(), folder.toString()))
                .startsWith("found node-keys/server-cert.pem");
        assertThat(folder.resolve("node-keys/cluster.key")).hasContent(key);
    }

    @Test
    void whatIsMountedIsThereAndWhatIsThereIsUsed() throws IOException {
        final List<String> mounted = services()
                .flatMap(service -> service.at("volumes").items().stream())
                .map(MOUNT::matcher)
                .filter(mount -> mount.matches())
                .map(mount -> mount.group(1))
                .toList();
        assertThat(mounted)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Page.ROOT.resolve(file)).exists());
        try (Stream<Path> files = Files.list(CONF)) {
            final List<String> there = files.map(
                            file -> Page.ROOT.relativize(file).toString())
                    .filter(file -> !file.endsWith("ockerfile") && !file.endsWith(".dockerignore"))
                    .toList();
            assertThat(mounted).containsAll(there);
        }
        assertThat(services()
                        .map(service -> service.at("build", "context"))
                        .filter(context -> context.value() != null)
                        .map(YamlValue::text))
                .containsOnly(".", "conf/compose")
                .allSatisfy(context -> assertThat(Page.ROOT.resolve(context).resolve("Dockerfile"))
                        .exists());
    }

    @Test
    void theImageCopiesWhatTheBuildNeeds() {
        final String ignored = Page.text(Page.ROOT.resolve(".dockerignore"));
        final List<String> sources = COPY.matcher(IMAGE)
                .results()
                .flatMap(copy -> Stream.of(copy.group(1).split(" ", -1)))
                .filter(source -> source.indexOf('*') < 0)
                .toList();
        assertThat(sources).allSatisfy(source -> {
            assertThat(Page.ROOT.resolve(source)).exists();
            assertThat(ignored).contains("\n!" + source + "\n");
        });
        // Those of a profile are no part of the program.
        String pom = Page.text(Page.ROOT.resolve("pom.xml")).split("<profiles>", 2)[0];
        assertThat(MODULE.matcher(pom).results().map(module -> module.group(1)))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(sources).contains(module + "/pom.xml", module + "/src/main"));
    }

    @Test
    void theServicesCallTheProgramRight() {
        assertThat(Stream.of("node", "client")
                        .map(name -> COMPOSE.at("services", name, "command").items()))
                .allSatisfy(command ->
                        assertThatCode(() -> CommandModel.parse(command)).doesNotThrowAnyException());
        assertThat(COMPOSE.at("services", "keys", "entrypoint").items().get(1)).endsWith("/keys.sh");
    }

    @Test
    void everybodyAgreesOnPorts() {
        final int tunnelPort = server().bindPort();
        final String range = server().autoPorts().toString();
        assertThat(server().clients())
                .singleElement()
                .satisfies(clients -> assertThat(clients.allowPorts()).hasToString("[" + range + "]"));
        assertThat(client().servers()).containsExactly(new HostPort("balancer", tunnelPort));
        assertThat(client().proxies())
                .allSatisfy(proxy ->
                        assertThat(server().autoPorts()).matches(ports -> ports.contains(proxy.publishPort())));

        assertThat(matches("(?m)^    bind :(\\S+)$")).containsExactly(Integer.toString(tunnelPort), range, "8404");
        assertThat(matches("server-template node \\d+ (\\S+)")).containsExactly("node:" + tunnelPort, "node");
        assertThat(COMPOSE.at("services", "balancer", "ports").items())
                .containsExactly(tunnelPort + ":" + tunnelPort, range + ":" + range);

        final int admin = server().admin().bindPort();
        assertThat(client().admin().bindPort()).isEqualTo(admin);
        assertThat(matches("check port (\\d+)")).containsExactly(Integer.toString(admin));
        assertThat(IMAGE).contains("TLS_TUNNEL_ADMIN_BIND_PORT:-" + admin + "}", "GET /health/live ");
        assertThat(Page.text(CONF.resolve("prometheus.yml")))
                .contains("port: " + admin + "\n", "\"client:" + admin + "\"", "\"balancer:8404\"");
    }

    private static List<String> matches(String pattern) {
        return Pattern.compile(pattern)
                .matcher(BALANCER)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    void everybodyAgreesOnNamesAndTimes() {
        final YamlValue node = COMPOSE.at("services", "node");
        assertThat(cluster().members())
                .extracting(HostPort::host)
                .isEqualTo(node.at("networks", "cluster", "aliases").items());
        assertThat(matches("server-template node (\\d+) "))
                .allSatisfy(most -> assertThat(Integer.parseInt(most))
                        .isGreaterThan(Integer.parseInt(node.at("scale").text())));
        final String grace = node.at("stop_grace_period").text();
        assertThat(Duration.parse("PT" + grace)).isGreaterThan(server().timing().drainTimeout());
        assertThat(COMPOSE.at("services").keys())
                .contains(client().servers().get(0).host())
                .containsAll(client().proxies().stream()
                        .map(proxy -> proxy.localAddr())
                        .toList());
        assertThat(new TreeSet<>(COMPOSE.at("networks").keys())).containsExactly("cluster", "edge", "home");
        assertThat(services()
                        .filter(service -> service.at("networks", "cluster").value() != null))
                .as("only nodes are between the nodes")
                .hasSize(1);
    }

    @Test
    void thePageTellsOfEveryServiceAndPort() {
        final String page = Page.text(Page.ROOT.resolve("docs/operations.md"));
        final int begin = page.indexOf("\n## With Docker Compose\n");
        final String section = page.substring(begin, page.indexOf("\n## ", begin + 1));
        assertThat(COMPOSE.at("services").keys())
                .allSatisfy(name -> assertThat(section).contains("| `" + name + "` |"));
        assertThat(services()
                        .flatMap(service -> service.at("ports").items().stream())
                        .map(port -> port.replaceAll(":[^:]+$", "")))
                .hasSize(3)
                .allSatisfy(port -> assertThat(section).contains(port));
        assertThat(section)
                .contains(
                        "docker compose up --build",
                        "--scale node=5",
                        IMAGE.lines()
                                .filter(line -> line.startsWith("ARG BASE="))
                                .map(line -> line.substring("ARG BASE=".length()))
                                .findFirst()
                                .orElseThrow());
    }
}
