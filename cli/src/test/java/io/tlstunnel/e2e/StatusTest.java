package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.docs.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A single node: what it tells of itself is so. */
@ExtendWith(LeakCheck.class)
final class StatusTest {
    private static final String TOKEN = "the-token-of-this-test";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @SuppressWarnings("NullAway.Init")
    private Rig rig;

    @SuppressWarnings("NullAway.Init")
    private Services echo;

    @SuppressWarnings("NullAway.Init")
    private Api api;

    @BeforeEach
    void start() throws IOException {
        rig = new Rig(folder, DataPath.FAST);
        rig.startServer("max_streams = 77\nbandwidth_limit = \"1MiB\"", "token = \"" + TOKEN + "\"");
        echo = Services.echo();
        api = new Api(rig.server().adminPort(), TOKEN);
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
        echo.close();
    }

    private static void awaitPassing(ThrowingRunnable step) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).untilAsserted(step);
    }

    @Test
    void onlyTheTokenOpensIt() {
        try (LogCapture log = LogCapture.ofProgram()) {
            for (String path : List.of("cluster", "clients", "proxies", "why/2222")) {
                HttpResponse<String> none = api.ask(path, "");
                assertThat(none.statusCode()).as(path).isEqualTo(401);
                assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"tls-tunnel\"");
                for (String wrong : List.of(
                        "Bearer " + TOKEN + "x", "Bearer " + TOKEN.substring(1), "Bearer ", "Basic " + TOKEN, TOKEN)) {
                    HttpResponse<String> refused = api.ask(path, wrong);
                    assertThat(refused.statusCode()).as(path + ", " + wrong).isEqualTo(401);
                    assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
                            .contains("error=\"invalid_token\"");
                    assertThat(refused.body()).doesNotContain(TOKEN);
                }
                assertThat(api.ask(path, "bearer " + TOKEN).statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
            assertThat(log.lines()).noneMatch(line -> line.contains(TOKEN));
        }
    }

    @Test
    void tellsWhoIsThereAndWhatIsPublished() throws IOException {
        int port = rig.publish(echo.port());
        JsonObject cluster = api.get("cluster");
        assertThat(cluster.getBoolean("clustered")).isFalse();
        assertThat(Api.only(cluster, "members").getString("name")).isEqualTo(cluster.getString("node"));

        try (Socket visitor = Rig.visit(port)) {
            assertThat(Rig.answer(visitor)).isEqualTo('x');
            awaitPassing(() -> {
                JsonObject client = Api.only(api.get("clients"), "clients");
                assertThat(client.getString("name")).isEqualTo("client");
                assertThat(client.getString("state")).isEqualTo("attached");
                assertThat(client.getInteger("streams")).isEqualTo(1);
                JsonObject tunnel = Api.only(client, "tunnels");
                assertThat(tunnel.getInteger("streams")).isEqualTo(1);
                assertThat(tunnel.getDouble("round_trip_ms")).isPositive();
                assertThat(tunnel.getString("address")).contains("127.0.0.1");
            });
        }
        JsonObject proxy = Api.only(api.get("proxies"), "proxies");
        assertThat(proxy.getString("name")).isEqualTo("echo");
        assertThat(proxy.getString("address")).isEqualTo("127.0.0.1:" + port);
        assertThat(proxy.getBoolean("routed")).isTrue();
        assertThat(proxy.getJsonObject("here").getString("state")).isEqualTo("listening");
        assertThat(proxy.getJsonObject("problem")).isNull();
        assertThat(api.why(port))
                .contains(
                        "127.0.0.1:" + port + " is claimed by client client for its proxy echo.",
                        "Visitors of 127.0.0.1:" + port + " are sent to proxy echo of client client.",
                        " listens on 127.0.0.1:" + port,
                        "The next visitor goes into the tunnel from ",
                        "The client may have 77 streams",
                        "Limits of all proxies of the client: bandwidth_limit = 1048576.");
    }

    @Test
    void saysThatNobodyHasAPort() {
        int port = Rig.freePort();
        assertThat(api.why(port))
                .contains("Nobody has claimed port " + port + ".", "sends visitors of port " + port + " to nobody.");
        assertThat(api.why(rig.server().port())).contains("own: the tunnel port or the admin port.");
        for (String none : List.of("0", "65536", "x", "-1", "22.5")) {
            assertThat(api.ask("why/" + none, "Bearer " + TOKEN).statusCode())
                    .as(none)
                    .isEqualTo(400);
        }
    }

    @Test
    void saysThatAVisitorIsHeldWhileTheClientIsGone() throws IOException {
        int port;
        try (Cable cable = new Cable(rig.server().port())) {
            port = Rig.ports(rig.startClient(
                            rig.clientConfig("client", cable.port(), "", Rig.proxy("echo", 0, echo.port()))))
                    .get(0)
                    .port();
        }
        awaitPassing(() -> assertThat(Api.only(api.get("clients"), "clients").getString("state"))
                .isEqualTo("suspended"));
        try (Socket visitor = Rig.visit(port)) {
            assertThat(visitor.isConnected()).isTrue();
            awaitPassing(() -> assertThat(api.why(port))
                    .contains(
                            "has no tunnel now; it ends in ",
                            "waits 10 s for one",
                            "1 visitor waits for a tunnel now."));
            JsonObject route = Api.only(api.get("why/" + port), "routes");
            assertThat(route.getJsonObject("next").getString("kind")).isEqualTo("none");
            assertThat(route.getInteger("held")).isEqualTo(1);
            assertThat(route.getLong("ends_in_ms")).isBetween(0L, 60_000L);
        }
    }

    @Test
    void saysWhoIsInTheWay() throws IOException {
        int port = rig.publish(echo.port());
        rig.startClient(rig.clientConfig("late", "", Rig.proxy("ssh", port, echo.port())));
        awaitPassing(() -> assertThat(api.why(port))
                .contains("Proxy ssh of client late asks for 127.0.0.1:" + port + " and is refused: ")
                .contains("is held by client client (proxy echo)."));
        JsonObject without = Api.only(api.get("why/" + port), "without");
        assertThat(without.getJsonObject("problem").getString("code")).isEqualTo("CONFLICT");
        assertThat(without.getString("address")).isNull();
    }

    // ---- docs/api.md ------------------------------------------------------------------------------------------------

    /** The example has the fields of a real answer, and the page has a row for each. */
    @Test
    void theManualShowsEveryField() throws IOException {
        int port = rig.publish(echo.port());
        rig.startClient(rig.clientConfig("late", "", Rig.proxy("ssh", port, echo.port())));
        awaitPassing(
                () -> assertThat(Api.list(api.get("why/" + port), "without")).hasSize(1));
        Page page = Page.of("docs/api.md");
        List<Page.Block> examples = page.blocks("json");
        assertThat(examples).hasSize(4);
        for (Page.Block example : examples) {
            String path = example.info().get(1);
            JsonObject answer = api.get(path.equals("why") ? "why/" + port : path);
            JsonObject shown = new JsonObject(example.text());
            assertAlike(path, shown, answer);
            fields(shown)
                    .forEach(field -> assertThat(page.prose())
                            .as("a row of " + path + " for " + field)
                            .containsPattern(Pattern.compile("(?m)^\\| `" + field + "` \\|")));
        }
    }

    private static java.util.stream.Stream<String> fields(Object value) {
        if (value instanceof JsonObject object) {
            return object.stream()
                    .flatMap(field -> java.util.stream.Stream.concat(
                            java.util.stream.Stream.of(field.getKey()),
                            // What limits there are is not the API's.
                            field.getKey().equals("limits")
                                    ? object.getJsonObject("limits").fieldNames().stream()
                                    : fields(field.getValue())));
        }
        return value instanceof JsonArray array
                ? array.stream().flatMap(StatusTest::fields)
                : java.util.stream.Stream.of();
    }

    /** Same fields, same kinds of values; null and the empty list say nothing of the kind. */
    private static void assertAlike(String where, @Nullable Object shown, @Nullable Object real) {
        if (shown == null || real == null) {
            return;
        }
        if (shown instanceof JsonObject object) {
            JsonObject other = (JsonObject) real;
            Set<String> names = object.fieldNames();
            if (where.endsWith("limits.client") || where.endsWith("limits.proxy")) {
                return;
            }
            assertThat(names).as(where).containsExactlyElementsOf(other.fieldNames());
            names.forEach(name -> assertAlike(where + "." + name, object.getValue(name), other.getValue(name)));
        } else if (shown instanceof JsonArray array) {
            JsonArray others = (JsonArray) real;
            if (!array.isEmpty() && !others.isEmpty()) {
                array.forEach(each -> assertAlike(where + "[]", each, others.getValue(0)));
            }
        } else {
            assertThat(shown instanceof Number ? real instanceof Number : shown.getClass() == real.getClass())
                    .as(where + " is like " + real)
                    .isTrue();
        }
    }
}
