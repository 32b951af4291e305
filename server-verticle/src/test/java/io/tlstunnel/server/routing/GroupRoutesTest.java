package io.tlstunnel.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.server.routing.Registration.Part;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.SessionRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** To whom the visitors of a group go, whatever its members say one after the other. */
final class GroupRoutesTest {
    private static final long HERE = 7;
    private static final IngressKey WEB = new IngressKey("0.0.0.0", 8080);
    private static final Duration RESUME = Duration.ofSeconds(60);
    private static final long SLOW_START_MILLIS = 10_000;
    private static final Percentage FIVE_PERCENT = Percentage.withPercentage(5);

    private final List<Members> told = new ArrayList<>();
    private final RouteTable table = new RouteTable(HERE, RESUME, new Told());
    private long number;
    private long now = 1_000_000;

    private final class Told implements RouteChanges {
        @Override
        public void routed(IngressKey key, Members members) {
            told.add(members);
        }

        @Override
        public void unrouted(IngressKey key) {}

        @Override
        public void held(String client, SessionRef session, List<Holder> holders) {}

        @Override
        public void settled(String client, SessionRef session) {}

        @Override
        public void over(String client, SessionRef session) {}

        @Override
        public void left(String client, SessionRef session) {}
    }

    private void says(String client, String... options) {
        Map<String, String> all = new HashMap<>(Map.of("group", "web", "group_key", "mark"));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        says(client, all);
    }

    private void says(String client, Map<String, String> options) {
        ProxySpec spec = new ProxySpec("site", "tcp", "0.0.0.0", WEB.port(), Map.copyOf(options));
        table.apply(
                new Registration(
                        "node",
                        HERE,
                        ++number,
                        client,
                        new SessionRef(client.hashCode(), 1, 1),
                        Part.STANDING,
                        List.of(0),
                        number,
                        List.of(new Registration.Entry(spec, WEB))),
                now);
    }

    private Members members() {
        return Objects.requireNonNull(table.find(WEB));
    }

    private List<String> clients() {
        return members().routes().stream().map(Route::client).toList();
    }

    private Map<String, Integer> choices(int rounds, Set<String> away) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < rounds; i++) {
            Route route = members().choose(of -> away.contains(of.client()) ? Members.NOT_TO_BE_HAD : 0, now);
            counts.merge(route == null ? "nobody" : route.client(), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void membersOfAGroupShareAKey() {
        says("a");
        assertThat(members().isGroup()).isFalse();
        says("b");
        assertThat(clients()).containsExactly("a", "b");
        assertThat(told).hasSize(2);
    }

    @Test
    void whoShowsAnotherKeyIsNoMember() {
        says("a");
        says("b", "group_key", "other mark");
        says("c", Map.of());
        assertThat(clients()).containsExactly("a");
        assertThat(table.wants("b", WEB)).isTrue();
    }

    @Test
    void weightsHold() {
        says("a", "weight", "3");
        says("b");
        assertThat(choices(400, Set.of()).get("a")).isCloseTo(300, FIVE_PERCENT);
        says("a");
        assertThat(choices(400, Set.of()).get("a")).isCloseTo(200, FIVE_PERCENT);
    }

    @Test
    void whoCannotBeHadIsPassedOver() {
        says("a", "weight", "3");
        says("b");
        assertThat(choices(100, Set.of("a"))).containsOnlyKeys("b");
        assertThat(choices(100, Set.of("a", "b"))).containsOnlyKeys("nobody");
    }

    @Test
    void whoseServiceIsDownIsPassedOverButTheLastOneIsNot() {
        says("a");
        says("b");
        says("a", "health", "down");
        assertThat(choices(100, Set.of())).containsOnlyKeys("b");
        assertThat(choices(100, Set.of("b"))).as("b has no tunnel").containsOnlyKeys("a");
        says("b", "health", "down");
        assertThat(choices(100, Set.of())).as("both are down").containsOnlyKeys("a", "b");
    }

    @Test
    void whoIsUpAgainStartsSlowly() {
        String slowStart = Long.toString(SLOW_START_MILLIS);
        says("a", "slow_start_ms", slowStart);
        says("b", "slow_start_ms", slowStart);
        assertThat(choices(400, Set.of()).get("a")).as("at first").isCloseTo(200, FIVE_PERCENT);
        says("a", "slow_start_ms", slowStart, "health", "down");
        says("a", "slow_start_ms", slowStart);
        assertThat(choices(1_100, Set.of()).get("a")).isCloseTo(100, FIVE_PERCENT);
        now += SLOW_START_MILLIS / 2;
        says("b", "slow_start_ms", slowStart);
        assertThat(choices(900, Set.of()).get("a")).as("half-way").isCloseTo(300, FIVE_PERCENT);
        now += SLOW_START_MILLIS / 2;
        assertThat(choices(400, Set.of()).get("a")).isCloseTo(200, FIVE_PERCENT);
    }

    @Test
    void theKeyOfAGroupIsInNoText() {
        says("a", "group_key", "the-mark-of-it");
        assertThat(told.get(0).first().toString()).doesNotContain("the-mark-of-it");
    }
}
