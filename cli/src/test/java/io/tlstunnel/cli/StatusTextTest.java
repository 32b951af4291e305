package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tlstunnel.docs.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The examples of the manual as people see them. */
final class StatusTextTest {

    private static JsonObject example(String name) {
        return Page.of("docs/api.md").blocks("json").stream()
                .filter(block -> block.info().get(1).equals(name))
                .map(block -> new JsonObject(block.text()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void showsNodesClientsTunnelsAndProxies() {
        assertThat(StatusText.of(example("cluster"), example("clients"), example("proxies")))
                .containsExactly(
                        "node-1, one of 2 nodes",
                        "",
                        "NODE    ADDRESS   SINCE                 LINKS  KNOWN      INCARNATION",
                        "node-1  10.0.0.1  2026-11-26T08:00:01Z         this node  8d0f6c6be1a5f903",
                        "node-2  10.0.0.2  2026-11-26T08:00:07Z  2      whole      31c2a40d97e86b55",
                        "",
                        "CLIENT  STATE     NODES           TUNNELS HERE  STREAMS  SESSION",
                        "office  attached  node-1, node-2  1             5        5f0c7b0a9d3e4c2f8a17c65e90b1d243/3",
                        "",
                        "TUNNEL OF  FROM               AGE      STREAMS  ROUND TRIP",
                        "office     203.0.113.7:51022  1 d 0 h  5        12.40 ms",
                        "",
                        "PROXY  CLIENT  TYPE  ADDRESS       HERE       NODES           PROBLEM",
                        "ssh    office  tcp   0.0.0.0:2222  listening  node-1, node-2  node-3: Address already in use");
    }

    @Test
    void showsASingleNodeThatHasNobody() {
        final JsonObject cluster = example("cluster").put("clustered", false);
        assertThat(StatusText.of(
                        cluster,
                        new JsonObject().put("clients", new JsonArray()),
                        new JsonObject().put("proxies", new JsonArray())))
                .containsExactly("node-1, a single node", "", "No client.", "", "No proxy.");
    }

    @Test
    void showsWhatIsWaitedForAndWhatIsRefused() {
        final JsonObject clients = example("clients");
        clients.getJsonArray("clients")
                .getJsonObject(0)
                .put("state", "suspended")
                .put("ends_in_ms", 65_000)
                .put("nodes", new JsonArray())
                .put("tunnels", new JsonArray());
        final JsonObject proxies = example("proxies");
        proxies.getJsonArray("proxies")
                .getJsonObject(0)
                .putNull("address")
                .put("failed_elsewhere", new JsonArray())
                .put("problem", new JsonObject().put("code", "CONFLICT").put("reason", "it is held by another"));
        assertThat(StatusText.of(example("cluster").put("whole", false), clients, proxies))
                .contains("node-1, one of 2 nodes; it does not know yet all that the others know")
                .anyMatch(line -> line.startsWith("office  suspended, ends in 1 min 5 s"))
                .anyMatch(line -> line.contains("0.0.0.0:2222 wanted") && line.endsWith("it is held by another"))
                .noneMatch(line -> line.startsWith("TUNNEL OF"));
    }

    @Test
    void showsTheStepsOfADecision() {
        assertThat(StatusText.why(example("why")))
                .startsWith(
                        "Port 2222 as node-2 sees it:", "- 0.0.0.0:2222 is claimed by client office for its proxy ssh.")
                .hasSize(8);
    }

    @Test
    void namesOfStrangersMoveNoCursorAndColumnsStayInLine() {
        final TextTable table = new TextTable("A", "B");
        table.row("办公室", "1");
        table.row("\u001b[2Jab", "2");
        assertThat(table.lines()).containsExactly("A       B", "办公室  1", "?[2Jab  2");
        assertThatIllegalArgumentException().isThrownBy(() -> table.row("one"));
    }
}
