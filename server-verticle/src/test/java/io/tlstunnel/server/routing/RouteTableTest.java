package io.tlstunnel.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.SessionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which session a key leads to, whatever the nodes say one after the other. */
final class RouteTableTest {
    private static final long HERE = 7;
    private static final long THERE = 3;
    private static final IngressKey SSH = new IngressKey("0.0.0.0", 2222);
    private static final IngressKey WEB = new IngressKey("0.0.0.0", 8080);
    private static final SessionRef OLD = new SessionRef(1, 1, 4);
    private static final SessionRef NEW = new SessionRef(2, 2, 5);

    private final List<Registration> told = new ArrayList<>();
    private final RouteTable table = new RouteTable(HERE, told::add);

    private static Registration says(long node, String client, SessionRef session, long revision, IngressKey... keys) {
        return new Registration(
                "node",
                node,
                1,
                client,
                session,
                revision,
                Stream.of(keys)
                        .map(key -> new Registration.Entry("proxy-" + key.port(), "tcp", key))
                        .toList());
    }

    @Test
    void leadsToTheNodesThatHaveTheSessionThisOneFirst() {
        table.apply(says(THERE, "office", OLD, 1, SSH));
        table.apply(says(HERE, "office", OLD, 1, SSH));
        assertThat(table.find(SSH)).isEqualTo(new Route("office", "proxy-2222", OLD, 1, List.of(HERE, THERE)));

        table.apply(says(HERE, "office", OLD, 1));
        assertThat(table.find(SSH)).isEqualTo(new Route("office", "proxy-2222", OLD, 1, List.of(THERE)));

        table.apply(says(THERE, "office", OLD, 1));
        assertThat(table.find(SSH)).isNull();
        assertThat(told).hasSize(4);
    }

    @Test
    void leadsToTheLatestSessionOfAName() {
        table.apply(says(HERE, "office", NEW, 1, SSH));
        table.apply(says(THERE, "office", OLD, 9, SSH, WEB));
        assertThat(table.find(SSH)).extracting(Route::session).isEqualTo(NEW);
        assertThat(table.find(WEB)).isNull();

        table.apply(says(HERE, "office", NEW, 1));
        assertThat(table.find(SSH)).extracting(Route::session).isEqualTo(OLD);
        assertThat(table.find(WEB)).extracting(Route::session).isEqualTo(OLD);
    }

    @Test
    void takesTheLatestRevisionOfASession() {
        table.apply(says(HERE, "office", OLD, 1, SSH));
        table.apply(says(THERE, "office", OLD, 2, WEB));
        assertThat(table.find(SSH)).isNull();
        assertThat(table.find(WEB)).isEqualTo(new Route("office", "proxy-8080", OLD, 2, List.of(HERE, THERE)));
    }

    @Test
    void aKeyThatTwoNamesHaveForAMomentLeadsToOneOfThemOnEveryNode() {
        RouteTable other = new RouteTable(THERE, told::add);
        Registration one = says(HERE, "a", OLD, 1, SSH);
        Registration two = says(THERE, "b", NEW, 1, SSH);
        table.apply(one);
        table.apply(two);
        other.apply(two);
        other.apply(one);
        assertThat(table.find(SSH)).isEqualTo(other.find(SSH));

        table.apply(says(HERE, "a", OLD, 2));
        assertThat(table.find(SSH)).extracting(Route::client).isEqualTo("b");
    }

    @Test
    void anotherNamesKeyIsNotTouched() {
        table.apply(says(HERE, "a", OLD, 1, SSH));
        table.apply(says(HERE, "b", NEW, 1, WEB));
        table.apply(says(HERE, "a", OLD, 2));
        assertThat(table.find(WEB)).extracting(Route::client).isEqualTo("b");
    }
}
