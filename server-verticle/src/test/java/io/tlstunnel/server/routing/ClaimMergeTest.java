package io.tlstunnel.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.SessionRef;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What stands after a partition in which both sides gave ports away. */
final class ClaimMergeTest {
    private static final IngressKey ANY = new IngressKey("0.0.0.0", 2222);
    private static final IngressKey ONE = new IngressKey("192.0.2.1", 2222);
    private static final IngressKey OTHER = new IngressKey("192.0.2.2", 2222);
    private static final Group GROUP = new Group("web", "mark");

    private static PortClaims.Taken taken(IngressKey key, String client, long epoch, long since) {
        return taken(key, client, epoch, since, null);
    }

    private static PortClaims.Taken taken(
            IngressKey key, String client, long epoch, long since, @Nullable Group group) {
        return new PortClaims.Taken(new Claim(key, client, "proxy", new SessionRef(epoch, epoch, epoch), group), since);
    }

    private static PortClaims of(PortClaims.Taken... taken) {
        return new PortClaims(List.of(taken));
    }

    /** As Hazelcast does it: by texts, and either side may be the one that merges. */
    private static void assertMerged(PortClaims west, PortClaims east, PortClaims.Taken... expected) {
        assertThat(PortClaims.of(SharedClaims.merge(west.toText(), east.toText()))
                        .taken())
                .containsExactlyInAnyOrder(expected);
        assertThat(PortClaims.of(SharedClaims.merge(east.toText(), west.toText()))
                        .taken())
                .containsExactlyInAnyOrder(expected);
    }

    @Test
    void theEarlierOfTwoClientsKeepsIt() {
        assertMerged(of(taken(ANY, "a", 1, 20)), of(taken(ANY, "b", 9, 10)), taken(ANY, "b", 9, 10));
        assertMerged(of(taken(ANY, "a", 1, 20)), of(taken(ONE, "b", 9, 30)), taken(ANY, "a", 1, 20));
    }

    @Test
    void theSmallerNameKeepsItIfTheyCameAtOnce() {
        assertMerged(of(taken(ANY, "b", 1, 10)), of(taken(ANY, "a", 1, 10)), taken(ANY, "a", 1, 10));
    }

    @Test
    void ofTwoSessionsOfAClientTheLaterOneHasItSinceTheEarlierTime() {
        assertMerged(of(taken(ANY, "a", 1, 10)), of(taken(ANY, "a", 2, 30)), taken(ANY, "a", 2, 10));
    }

    @Test
    void whatIsNotInEachOthersWayStands() {
        assertMerged(
                of(taken(ONE, "a", 1, 10)),
                of(taken(OTHER, "b", 1, 20)),
                taken(ONE, "a", 1, 10),
                taken(OTHER, "b", 1, 20));
        assertMerged(
                of(taken(ANY, "a", 1, 10, GROUP)),
                of(taken(ANY, "b", 1, 20, GROUP)),
                taken(ANY, "a", 1, 10, GROUP),
                taken(ANY, "b", 1, 20, GROUP));
    }

    @Test
    void aClientHasItSinceItCameFirst() {
        PortClaims first = PortClaims.NONE.with(taken(ANY, "a", 1, 0).claim(), 10);
        PortClaims again = first.with(taken(ANY, "a", 2, 0).claim(), 20);
        assertThat(again.taken()).containsExactly(taken(ANY, "a", 2, 10));
    }
}
