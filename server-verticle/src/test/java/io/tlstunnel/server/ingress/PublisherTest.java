package io.tlstunnel.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.PortRange;
import io.tlstunnel.config.Secret;
import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.LocalClaims;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.server.tunnel.TestSessions;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is asked for meanwhile: a claim or a socket takes its time, and somebody changes their mind. */
@ExtendWith(VertxExtension.class)
final class PublisherTest implements Publisher.Changes, Elsewhere {
    private static final PortRange AUTO_PORTS = new PortRange(20_000, 20_099);
    private static final ClientEntry ENTRY = new ClientEntry(
            "home", List.of(new Secret("a key of the home")), List.of(AUTO_PORTS), Set.of("tcp"), 10, 2);
    private static final ProxySpec ANY_PORT = spec(0);
    private static final ProxySpec ONE_PORT = spec(20_050);

    private final SlowClaims claims = new SlowClaims();
    private final SlowListeners listeners = new SlowListeners();
    private final PortPolicy policy = new PortPolicy(port -> false);
    private final Publisher publisher = new Publisher(
            policy,
            new PortPicker(policy, claims, AUTO_PORTS),
            claims,
            listeners,
            new ConflictSentence(ref -> null, () -> Duration.ofMinutes(1)),
            this,
            this);

    private Session session;
    private List<ProxyResult> told = List.of();

    @BeforeEach
    void begin(Vertx vertx) {
        session = TestSessions.of(vertx, ENTRY);
    }

    private static ProxySpec spec(int port) {
        return new ProxySpec("web", "tcp", "0.0.0.0", port, Map.of());
    }

    @Test
    void roundsThatOverlapTakeOnePort() {
        claims.hold();
        publisher.publish(session, List.of(ANY_PORT));
        publisher.publish(session, List.of(ANY_PORT));
        claims.release();
        int taken = listeners.taken();
        claims.releaseAll();
        int port = listeners.opened();

        assertThat(port).isNotEqualTo(taken);
        assertPublished(port);
    }

    @Test
    void aTakenPortIsTriedAgain() {
        publisher.publish(session, List.of(ONE_PORT));
        listeners.taken();
        assertThat(told).singleElement().isInstanceOf(ProxyResult.Refused.class);

        publisher.retry();
        listeners.opened();
        assertPublished(20_050);
    }

    @Test
    void whatIsWithdrawnWhileItIsClaimedLeavesNothing() {
        claims.hold();
        publisher.publish(session, List.of(ONE_PORT));
        publisher.publish(session, List.of());
        claims.releaseAll();
        assertNothingLeft();
    }

    @Test
    void whatIsWithdrawnWhileItIsOpenedLeavesNothing() {
        publisher.publish(session, List.of(ONE_PORT));
        publisher.publish(session, List.of());
        listeners.opened();
        assertNothingLeft();
    }

    @Test
    void aSessionThatEndsWhileAPortIsPickedLeavesNothing() {
        publisher.publish(session, List.of(ANY_PORT));
        publisher.withdraw(session, true);
        listeners.taken();
        assertNothingLeft();
    }

    private void assertPublished(int port) {
        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ProxyResult.Accepted.class,
                        accepted -> assertThat(accepted.publicAddress()).isEqualTo("0.0.0.0:" + port));
        assertThat(claims.ports()).containsExactly(port);
        assertThat(listeners.open()).containsExactly(port);
        assertThat(listeners.opening()).isEmpty();
    }

    private void assertNothingLeft() {
        assertThat(claims.ports()).isEmpty();
        assertThat(listeners.open()).isEmpty();
        assertThat(listeners.opening()).isEmpty();
    }

    @Override
    public void changed(Session of, List<ProxyResult> results, List<Registration.Entry> entries) {
        told = results;
    }

    @Override
    public void withdrawn(Session of, PublishedProxy proxy, ResetCode code, String reason) {
        told = List.of();
    }

    @Override
    public boolean mayHave(IngressKey key) {
        return false;
    }

    @Override
    public Future<Optional<String>> objection(Session of, IngressKey key) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public boolean has(Session of, IngressKey key) {
        return false;
    }

    /** Claims that are taken at once, or when the test says so. */
    private static final class SlowClaims implements Claims {
        private final Claims claims = new LocalClaims();
        private final Queue<Promise<Void>> held = new ArrayDeque<>();
        private boolean isHolding;

        /** From now on they wait. */
        void hold() {
            isHolding = true;
        }

        /** The one that waits longest is taken. */
        void release() {
            held.remove().complete();
        }

        /** All are taken, and those that follow. */
        void releaseAll() {
            isHolding = false;
            while (!held.isEmpty()) {
                release();
            }
        }

        List<Integer> ports() {
            return all().result().stream().map(claim -> claim.key().port()).toList();
        }

        @Override
        public Future<Optional<Claim>> take(Claim claim) {
            if (!isHolding) {
                return claims.take(claim);
            }
            Promise<Void> turn = Promise.promise();
            held.add(turn);
            return turn.future().compose(free -> claims.take(claim));
        }

        @Override
        public Future<Void> remove(Claim claim) {
            return claims.remove(claim);
        }

        @Override
        public Future<List<Claim>> at(int port) {
            return claims.at(port);
        }

        @Override
        public Future<List<Claim>> all() {
            return claims.all();
        }
    }
}
