package io.tlstunnel.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.server.routing.Registration.Part;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.SessionRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouteTableTest {
    private static final long HERE = 1;
    private static final long THERE = 2;
    private static final SessionRef OLD = new SessionRef(1, 1, 1);
    private static final SessionRef NEW = new SessionRef(2, 2, 2);
    private static final IngressKey SSH = new IngressKey("0.0.0.0", 2222);
    private static final IngressKey WEB = new IngressKey("0.0.0.0", 8080);
    private static final Duration RESUME = Duration.ofSeconds(60);

    private final Told told = new Told();
    private final RouteTable table = new RouteTable(HERE, RESUME, told);
    private long now = 1_000_000;

    /** What the table says, as lines. */
    private static final class Told implements RouteChanges {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void routed(IngressKey key, Members members) {
            lines.add(
                    "routed " + key.port() + " to " + members.first().session().epoch());
        }

        @Override
        public void unrouted(IngressKey key) {
            lines.add("unrouted " + key.port());
        }

        @Override
        public void held(String client, SessionRef session, List<Holder> holders) {
            lines.add("held " + session.epoch() + " "
                    + holders.stream()
                            .map(holder -> holder.incarnation() + "/" + holder.loop())
                            .toList());
        }

        @Override
        public void settled(String client, SessionRef session) {
            lines.add("settled " + session.epoch());
        }

        @Override
        public void over(String client, SessionRef session) {
            lines.add("over " + session.epoch());
        }

        @Override
        public void left(String client, SessionRef session) {
            lines.add("left " + session.epoch());
        }

        List<String> since() {
            List<String> all = List.copyOf(lines);
            lines.clear();
            return all;
        }
    }

    private static Registration says(
            long node, String client, SessionRef session, List<Integer> loops, long revision, IngressKey... keys) {
        return new Registration(
                "node",
                node,
                1,
                client,
                session,
                Part.STANDING,
                loops,
                revision,
                Stream.of(keys).map(RouteTableTest::entry).toList());
    }

    private static Registration.Entry entry(IngressKey key) {
        return new Registration.Entry(spec(key), key);
    }

    private static ProxySpec spec(IngressKey key) {
        return new ProxySpec("proxy-" + key.port(), "tcp", key.address(), key.port(), Map.of());
    }

    private static Registration ends(long node, String client, SessionRef session, Part part) {
        return new Registration("node", node, 2, client, session, part, List.of(), 0, List.of());
    }

    private void apply(Registration registration) {
        table.apply(registration, now);
    }

    private @Nullable SessionRef sessionAt(IngressKey key) {
        Route route = find(table, key);
        return route == null ? null : route.session();
    }

    private static @Nullable Route find(RouteTable table, IngressKey key) {
        Members members = table.find(key);
        return members == null ? null : members.first();
    }

    @Test
    void tellsWhereTheSessionHasItsTunnelsThisNodeFirst() {
        apply(says(THERE, "office", OLD, List.of(3), 1, SSH));
        assertThat(told.since()).containsExactly("held 1 [2/3]", "routed 2222 to 1", "settled 1");
        apply(says(HERE, "office", OLD, List.of(0, 1), 1, SSH));
        assertThat(told.since()).containsExactly("held 1 [1/0, 1/1, 2/3]", "settled 1");
        assertThat(find(table, SSH)).isEqualTo(new Route("office", spec(SSH), OLD, 1));

        apply(ends(HERE, "office", OLD, Part.OVER));
        assertThat(told.since()).containsExactly("held 1 [2/3]", "settled 1");
        apply(ends(THERE, "office", OLD, Part.OVER));
        assertThat(told.since()).containsExactly("over 1", "unrouted 2222");
        assertThat(find(table, SSH)).isNull();
    }

    @Test
    void aLaterSessionOfTheNameTakesOverOnceItHasSaidWhatItWants() {
        apply(says(THERE, "office", OLD, List.of(0), 9, SSH, WEB));
        told.since();
        apply(says(HERE, "office", NEW, List.of(0), 0));
        assertThat(told.since()).as("ports stay open").containsExactly("over 1", "held 2 [1/0]");
        assertThat(sessionAt(SSH)).isEqualTo(OLD);

        apply(says(HERE, "office", NEW, List.of(0), 1, SSH));
        assertThat(told.since()).containsExactly("routed 2222 to 2", "unrouted 8080", "settled 2");
        apply(ends(THERE, "office", OLD, Part.OVER));
        assertThat(told.since()).as("nobody cares").containsExactly("settled 2");
    }

    @Test
    void anEarlierSessionThatIsHeardOfLateIsNotRouted() {
        apply(says(HERE, "office", NEW, List.of(0), 1, SSH));
        told.since();
        apply(says(THERE, "office", OLD, List.of(0), 9, SSH, WEB));
        assertThat(told.since()).containsExactly("settled 2");
        assertThat(sessionAt(SSH)).isEqualTo(NEW);
        assertThat(find(table, WEB)).isNull();
    }

    @Test
    void takesTheLatestRevisionOfASession() {
        apply(says(HERE, "office", OLD, List.of(0), 1, SSH));
        apply(says(THERE, "office", OLD, List.of(0), 2, WEB));
        assertThat(find(table, SSH)).isNull();
        assertThat(find(table, WEB)).isEqualTo(new Route("office", spec(WEB), OLD, 2));
        assertThat(table.latest("office", OLD))
                .hasValueSatisfying(latest -> assertThat(latest.revision()).isEqualTo(2));
    }

    @Test
    void nodesThatKnowTheSameRevisionAddUp() {
        apply(says(HERE, "office", OLD, List.of(0), 1, SSH));
        apply(says(THERE, "office", OLD, List.of(0), 1, WEB));
        assertThat(sessionAt(SSH)).isEqualTo(OLD);
        assertThat(sessionAt(WEB)).isEqualTo(OLD);
    }

    @Test
    void aSessionWhoseNodeIsGoneIsWaitedFor() {
        apply(says(THERE, "office", OLD, List.of(0), 1, SSH));
        told.since();
        apply(ends(THERE, "office", OLD, Part.LOST));
        assertThat(told.since()).containsExactly("held 1 []", "settled 1");
        now += RESUME.toMillis() - 1;
        table.expire(now);
        assertThat(sessionAt(SSH)).isEqualTo(OLD);
        assertThat(table.isAlive("office", OLD)).isTrue();

        now++;
        table.expire(now);
        assertThat(told.since()).containsExactly("over 1", "unrouted 2222");
        assertThat(table.isAlive("office", OLD)).isFalse();
    }

    @Test
    void aSessionWhoseNodeIsGoneGoesOnAtAnotherOne() {
        apply(says(THERE, "office", OLD, List.of(0), 1, SSH));
        apply(ends(THERE, "office", OLD, Part.LOST));
        told.since();
        apply(says(HERE, "office", OLD, List.of(1), 1, SSH));
        assertThat(told.since()).containsExactly("held 1 [1/1]", "settled 1");
        now += 2 * RESUME.toMillis();
        table.expire(now);
        assertThat(sessionAt(SSH)).isEqualTo(OLD);
    }

    @Test
    void aGoodbyeEndsTheSessionThoughOtherNodesHaveItStill() {
        apply(says(HERE, "office", OLD, List.of(0), 1, SSH));
        apply(says(THERE, "office", OLD, List.of(0), 1, SSH));
        told.since();
        apply(ends(HERE, "office", OLD, Part.LEFT));
        assertThat(told.since()).containsExactly("left 1", "unrouted 2222");
        apply(says(THERE, "office", OLD, List.of(1), 1, SSH));
        assertThat(find(table, SSH)).isNull();
        apply(ends(THERE, "office", OLD, Part.LEFT));
        assertThat(told.since()).isEmpty();
    }

    @Test
    void aKeyThatTwoNamesHaveForAMomentLeadsToOneOfThemOnEveryNode() {
        RouteTable other = new RouteTable(THERE, RESUME, new Told());
        Registration one = says(HERE, "a", OLD, List.of(0), 1, SSH);
        Registration two = says(THERE, "b", NEW, List.of(0), 1, SSH);
        apply(one);
        apply(two);
        other.apply(two, now);
        other.apply(one, now);
        assertThat(find(table, SSH)).isEqualTo(find(other, SSH));

        apply(ends(HERE, "a", OLD, Part.OVER));
        assertThat(find(table, SSH)).extracting(Route::client).isEqualTo("b");
    }

    @Test
    void anotherNamesKeyIsNotTouched() {
        apply(says(HERE, "a", OLD, List.of(0), 1, SSH));
        apply(says(HERE, "b", NEW, List.of(0), 1, WEB));
        apply(ends(HERE, "a", OLD, Part.OVER));
        assertThat(find(table, WEB)).extracting(Route::client).isEqualTo("b");
    }
}
