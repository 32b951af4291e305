package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several clients publish one port together. */
@ParameterizedClass
@EnumSource
@Timeout(120)
@ExtendWith(LeakCheck.class)
final class GroupTest {
    private static final String GROUP_KEY = "what the members of the site share";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Percentage FIVE_PERCENT = Percentage.withPercentage(5);

    @Parameter
    private DataPath path = DataPath.FAST;

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private final int port = Rig.freePort();

    private String member(int localPort, String keys) {
        return Rig.proxy("site", port, localPort) + """
                group = "site"
                group_key = "%s"
                %s
                """.formatted(GROUP_KEY, keys);
    }

    private TunnelClient start(Rig rig, String name, String proxies) throws IOException {
        TunnelClient client = rig.startClient(rig.clientConfig(name, "", proxies));
        assertThat(Rig.ports(client)).hasSize(1);
        return client;
    }

    private String ask() throws IOException {
        return Site.ask(Rig.visit(port));
    }

    private Map<String, Integer> ask(int times) throws IOException {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < times; i++) {
            answers.merge(ask(), 1, Integer::sum);
        }
        return answers;
    }

    @Test
    void weightsHoldWithinFivePercent() throws IOException {
        try (Site a = new Site("a");
                Site b = new Site("b");
                Rig rig = new Rig(folder, path)) {
            rig.startServer("", "");
            start(rig, "client-a", member(a.port(), "weight = 3"));
            start(rig, "client-b", member(b.port(), ""));
            Map<String, Integer> answers = ask(400);
            assertThat(answers.get("a")).isCloseTo(300, FIVE_PERCENT);
            assertThat(answers.get("b")).isCloseTo(100, FIVE_PERCENT);
        }
    }

    @Test
    void whoShowsAnotherKeyIsToldThatTheGroupHasThePort() throws IOException {
        try (Site a = new Site("a");
                Rig rig = new Rig(folder, path);
                LogCapture log = LogCapture.ofProgram()) {
            rig.startServer("", "");
            start(rig, "client-a", member(a.port(), ""));
            TunnelClient other = rig.startClient(rig.clientConfig(
                    "client-b", "", member(a.port(), "").replace(GROUP_KEY, "the key of somebody else")));
            assertThat(Rig.ports(other)).isEmpty();
            TunnelClient alone = rig.startClient(rig.clientConfig("client-c", "", Rig.proxy("site", port, a.port())));
            assertThat(Rig.ports(alone)).isEmpty();
            log.await("client-b", port + " is held by group site, and this client's group_key is another one");
            log.await("client-c", port + " is held by group site");
            assertThat(String.join("\n", log.lines())).doesNotContain(GROUP_KEY, "somebody else");
        }
    }

    @Test
    void whenOneIsLostTheOtherHasAllVisitorsEvenThoseWhoWait() throws Exception {
        try (Site a = new Site("a");
                Site b = new Site("b");
                Rig rig = new Rig(folder, path)) {
            int server = rig.startServer("", "").port();
            try (Cable first = new Cable(server);
                    Cable second = new Cable(server)) {
                TunnelClient one =
                        rig.startClient(rig.clientConfig("client-a", first.port(), "", member(a.port(), "")));
                TunnelClient two =
                        rig.startClient(rig.clientConfig("client-b", second.port(), "", member(b.port(), "")));
                assertThat(Rig.ports(one)).hasSize(1);
                assertThat(Rig.ports(two)).hasSize(1);
                assertThat(ask(20)).containsOnlyKeys("a", "b");

                try (LogCapture log = LogCapture.of("io.tlstunnel.server")) {
                    first.unplug();
                    log.await("tunnel closed", "client-a");
                    assertThat(ask(100)).containsOnlyKeys("b");

                    second.unplug();
                    log.await("tunnel closed", "client-b");
                }
                try (Socket waits = Rig.visit(port)) {
                    second.plug();
                    assertThat(Site.ask(waits)).isEqualTo("b");
                }
            }
        }
    }

    @Test
    void whatOneServiceRefusesAnotherOneGetsWhole() throws IOException {
        byte[] said = "said before anybody was found".getBytes(StandardCharsets.UTF_8);
        try (Services echo = Services.echo();
                Rig rig = new Rig(folder, path)) {
            rig.startServer("", "");
            start(rig, "client-a", member(Rig.freePort(), "weight = 100"));
            start(rig, "client-b", member(echo.port(), ""));
            for (int i = 0; i < 50; i++) {
                try (Socket visitor = Rig.visit(port)) {
                    visitor.getOutputStream().write(said);
                    visitor.shutdownOutput();
                    assertThat(visitor.getInputStream().readAllBytes()).isEqualTo(said);
                }
            }
            assertThat(Metrics.of(rig.server().adminPort()).value("tls_tunnel_visitors_passed_on_total"))
                    .isGreaterThan(40);
        }
    }

    @Test
    void whenAllRefuseTheVisitorHearsIt() throws IOException {
        try (Rig rig = new Rig(folder, path)) {
            rig.startServer("", "");
            start(rig, "client-a", member(Rig.freePort(), ""));
            start(rig, "client-b", member(Rig.freePort(), ""));
            try (Visitor visitor = Visitor.at(port)) {
                visitor.isReset();
            }
        }
    }

    @Test
    void aServiceThatAcceptsAndNeverAnswersIsTakenOutButNotTheLastOne() throws IOException {
        String check = """
                health_check = "http"
                health_check_interval = "600ms"
                health_check_timeout = "200ms"
                health_check_threshold = 3
                slow_start = 0
                """;
        try (Site a = new Site("a");
                Site b = new Site("b");
                Rig rig = new Rig(folder, path);
                LogCapture log = LogCapture.ofProgram()) {
            rig.startServer("", "");
            TunnelClient one = start(rig, "client-a", member(a.port(), check));
            start(rig, "client-b", member(b.port(), check));
            assertThat(ask(20)).containsOnlyKeys("a", "b");

            long begun = System.nanoTime();
            a.silent(true);
            log.await("local service is down", "no answer within 200 ms");
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            assertThat(millis)
                    .as("interval × threshold, and what a busy machine needs")
                    .isLessThan(3 * 600 + 500);
            assertThat(one.metrics().servicesDown().value()).isEqualTo(1);
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(isServedBy("b")).isTrue());
            assertThat(ask(50)).containsOnlyKeys("b");

            b.silent(true);
            Awaitility.await().atMost(SOON).until(() -> downs(log) == 2);
            try (Socket visitor = Rig.visit(port)) {
                visitor.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
                a.silent(false);
                b.silent(false);
                visitor.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(visitor.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    private static long downs(LogCapture log) {
        return log.lines().stream()
                .filter(line -> line.startsWith("local service is down"))
                .count();
    }

    /** Whether the next ten visitors go there; a silent one is left after a moment. */
    private boolean isServedBy(String name) throws IOException {
        for (int i = 0; i < 10; i++) {
            Socket visitor = Rig.visit(port);
            visitor.setSoTimeout(200);
            try {
                if (!Site.ask(visitor).equals(name)) {
                    return false;
                }
            } catch (java.net.SocketTimeoutException silent) {
                return false;
            }
        }
        return true;
    }
}
