package io.tlstunnel.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tlstunnel.cli.CommandModel;
import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.Loaded;
import io.tlstunnel.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conf/kubernetes.yaml}, the program and the page about it speak of the same things. */
final class KubernetesTest {
    private static final Map<String, YamlValue> OBJECTS = YamlValue.all("conf/kubernetes.yaml").stream()
            .collect(Collectors.toMap(
                    object -> object.at("kind").text() + " "
                            + object.at("metadata", "name").text(),
                    Function.identity()));

    private static final YamlValue POD =
            Objects.requireNonNull(OBJECTS.get("StatefulSet tls-tunnel")).at("spec", "template", "spec");
    private static final YamlValue NODE =
            POD.at("containers").values().findFirst().orElseThrow();
    private static final Pattern KEY_FILE = Pattern.compile("\"\\.\\./keys/([^\"]+)\"");

    /** What Kubernetes knows of a pod. */
    private static final Map<String, String> POD_FIELDS =
            Map.of("metadata.name", "tls-tunnel-0", "status.podIP", "10.0.0.7");

    @TempDir
    private static Path folder = Path.of("set by JUnit");

    private static Loaded<ServerConfig> loaded;

    /** As a container sees it. */
    @BeforeAll
    static void load() throws IOException {
        final String text =
                object("ConfigMap tls-tunnel").at("data", "server.toml").text();
        final Path keys = Files.createDirectory(folder.resolve("keys"));
        for (final String key : keyFiles(text)) {
            final Path file = Files.writeString(keys.resolve(key), "a-key-for-tests-0123456789\n");
            assertThat(file.toFile().setReadable(false, false)).isTrue();
            assertThat(file.toFile().setReadable(true, true)).isTrue();
            assertThat(file.toFile().setWritable(false, false)).isTrue();
        }
        final Path file = Files.writeString(
                Files.createDirectory(folder.resolve("config")).resolve("server.toml"), text);
        loaded = ConfigFiles.loadServer(
                file,
                NODE.at("env")
                        .values()
                        .collect(Collectors.toMap(
                                variable -> variable.at("name").text(),
                                variable -> Objects.requireNonNull(
                                        POD_FIELDS.get(variable.at("valueFrom", "fieldRef", "fieldPath")
                                                .text())))));
    }

    private static List<String> keyFiles(String text) {
        return KEY_FILE.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static YamlValue object(String name) {
        return Objects.requireNonNull(OBJECTS.get(name), name);
    }

    private static ServerConfig config() {
        return loaded.config();
    }

    private static ClusterConfig cluster() {
        return Objects.requireNonNull(config().cluster());
    }

    private static String page() {
        final String page = Page.text(Page.ROOT.resolve("docs/operations.md"));
        final int begin = page.indexOf("\n## On Kubernetes\n");
        return page.substring(begin, page.indexOf("\n## ", begin + 1));
    }

    @Test
    void theProgramTakesItsConfigurationAndVariables() {
        assertThat(loaded.warnings()).isEmpty();
        assertThat(cluster().nodeAddr()).isEqualTo("10.0.0.7");
        assertThat(config().name()).isEqualTo("tls-tunnel-0");
        assertThatCode(() -> CommandModel.parse(NODE.at("args").items())).doesNotThrowAnyException();
    }

    @Test
    void theNodesFindEachOtherBeforeTheyAreReady() {
        final YamlValue nodes = object("Service tls-tunnel-nodes").at("spec");
        assertThat(cluster().members())
                .containsExactly(new HostPort("tls-tunnel-nodes", cluster().clusterPort()));
        assertThat(nodes.at("clusterIP").text()).isEqualTo("None");
        assertThat(nodes.at("publishNotReadyAddresses").text()).isEqualTo("true");
        assertThat(object("StatefulSet tls-tunnel").at("spec", "serviceName").text())
                .isEqualTo("tls-tunnel-nodes");
    }

    @Test
    void everybodyAgreesOnPorts() {
        final int tunnelPort = config().bindPort();
        final int admin = config().admin().bindPort();
        final List<Integer> visitors = IntStream.range(1, 65_536)
                .filter(config().autoPorts()::contains)
                .boxed()
                .toList();
        final Stream<Integer> own = cluster().ownPorts().stream();

        assertThat(ports(NODE.at("ports"), "containerPort"))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(own, Stream.of(tunnelPort, admin)).toList());
        final YamlValue published = object("Service tls-tunnel").at("spec", "ports");
        assertThat(ports(published, "targetPort")).containsExactly(tunnelPort);
        assertThat(ports(published, "port").skip(1)).containsExactlyElementsOf(visitors);
        assertThat(config().clients())
                .singleElement()
                .satisfies(clients -> assertThat(clients.allowPorts()).hasToString("[" + config().autoPorts() + "]"));

        final List<YamlValue> rules = object("NetworkPolicy tls-tunnel")
                .at("spec", "ingress")
                .values()
                .toList();
        assertThat(rules).hasSize(2);
        assertThat(rules.get(0).at("from").value()).as("nodes only").isNotNull();
        assertThat(ports(rules.get(0).at("ports"), "port"))
                .containsExactlyInAnyOrderElementsOf(cluster().ownPorts());
        assertThat(ports(rules.get(1).at("ports"), "port")).containsExactly(tunnelPort, admin, visitors.get(0));
        assertThat(ports(rules.get(1).at("ports"), "endPort")).containsExactly(visitors.get(visitors.size() - 1));
    }

    /** Those that have the key. */
    private static Stream<Integer> ports(YamlValue list, String key) {
        return list.values()
                .map(port -> port.at(key))
                .filter(port -> port.value() != null)
                .map(port -> Integer.valueOf(port.text()));
    }

    @Test
    void kubernetesAsksWhetherItIsWell() {
        assertThat(Stream.of("startupProbe", "livenessProbe")
                        .map(probe -> NODE.at(probe, "httpGet", "path").text()))
                .containsOnly("/health/live");
        assertThat(NODE.at("readinessProbe", "httpGet", "path").text()).isEqualTo("/health/ready");
        assertThat(Duration.ofSeconds(
                        Long.parseLong(POD.at("terminationGracePeriodSeconds").text())))
                .isGreaterThan(config().timing().drainTimeout());
    }

    @Test
    void itRunsAsTheImageDoes() {
        final String user = POD.at("securityContext", "runAsUser").text();
        assertThat(Page.text(Page.ROOT.resolve("Dockerfile")))
                .contains("USER " + user + ":"
                        + POD.at("securityContext", "fsGroup").text() + "\n")
                .contains("WORKDIR /etc/tls-tunnel\n");
        assertThat(NODE.at("volumeMounts")
                        .values()
                        .map(mount -> mount.at("mountPath").text()))
                .containsExactly("/etc/tls-tunnel/config", "/etc/tls-tunnel/keys", "/tmp");
        assertThat(NODE.at("volumeMounts")
                        .values()
                        .map(mount -> mount.at("name").text()))
                .containsExactlyElementsOf(POD.at("volumes")
                        .values()
                        .map(volume -> volume.at("name").text())
                        .toList());
    }

    @Test
    void thePageTellsOfEveryObjectAndKey() {
        final String page = page();
        final YamlValue keys = POD.at("volumes")
                .values()
                .filter(volume -> volume.at("name").text().equals("keys"))
                .findFirst()
                .orElseThrow();
        assertThat(page)
                .contains("kubectl create secret generic "
                        + keys.at("secret", "secretName").text());
        final String text =
                object("ConfigMap tls-tunnel").at("data", "server.toml").text();
        assertThat(new TreeSet<>(keyFiles(text)))
                .hasSize(4)
                .allSatisfy(key -> assertThat(page).contains("--from-file=" + key));
        assertThat(OBJECTS.keySet())
                .allSatisfy(name -> assertThat(page).contains("| " + name.replaceFirst(" (.+)", " `$1` |")));
    }
}
