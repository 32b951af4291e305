package io.tlstunnel.server.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.AddressRules;
import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.VisitRules;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.transport.socket.FarConnection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final IngressKey WEB = new IngressKey("0.0.0.0", 8080);
    private static final IngressKey SSH = new IngressKey("0.0.0.0", 2222);
    private static final ProxyId WEB_PROXY = new ProxyId("home", "web");
    private static final ProxyId SSH_PROXY = new ProxyId("home", "ssh");

    private static final ProxyId OTHER_PROXY = new ProxyId("office", "web");

    private final ServerMetrics metrics = new ServerMetrics(new AdminConfig(true, "127.0.0.1", 0, 10));
    private long now;
    private final Gate gate = new Gate(() -> now, metrics);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void letsEverybodyInWithoutRules() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, VisitRules.NONE);

        assertThat(comesIn(WEB, "192.0.2.1")).isTrue();
        assertThat(gate.bandwidths(WEB, WEB_PROXY)).isEmpty();
    }

    @Test
    void theKeysRulesAndTheProxysHoldBoth() {
        gate.post(WEB, WEB_PROXY, deny("192.0.2.0/24"), deny("198.51.100.0/24"));

        assertThat(comesIn(WEB, "192.0.2.1")).isFalse();
        assertThat(comesIn(WEB, "198.51.100.1")).isFalse();
        assertThat(comesIn(WEB, "203.0.113.1")).isTrue();
    }

    @Test
    void whoWaitedIsJudgedByTheRulesOfNow() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, VisitRules.NONE);
        Knock knock = new Knock("192.0.2.1");
        assertThat(gate.enter(WEB, knock)).isTrue();
        gate.post(WEB, WEB_PROXY, deny("192.0.2.0/24"), VisitRules.NONE);

        assertThat(gate.lets(WEB, knock)).isFalse();
        assertThat(knock.rejected).isTrue();
    }

    @Test
    void allProxiesOfAKeyShareItsRate() {
        gate.post(WEB, WEB_PROXY, rate(3), VisitRules.NONE);
        gate.post(SSH, SSH_PROXY, rate(3), VisitRules.NONE);

        assertThat(comesIn(WEB, "192.0.2.1")).isTrue();
        assertThat(comesIn(SSH, "192.0.2.1")).isTrue();
        assertThat(comesIn(WEB, "192.0.2.1")).isTrue();
        assertThat(comesIn(SSH, "192.0.2.1")).isFalse();
        pass(Duration.ofMillis(334));
        assertThat(comesIn(SSH, "192.0.2.1")).isTrue();
    }

    @Test
    void whomTheProxyTurnsAwayDoesNotCountForTheKey() {
        gate.post(WEB, WEB_PROXY, rate(2), rate(1));
        gate.post(SSH, SSH_PROXY, rate(2), VisitRules.NONE);

        assertThat(comesIn(WEB, "192.0.2.1")).isTrue();
        assertThat(comesIn(WEB, "192.0.2.1")).isFalse();
        assertThat(comesIn(SSH, "192.0.2.1")).isTrue();
        assertThat(comesIn(SSH, "192.0.2.1")).isFalse();
    }

    @Test
    void newRulesKeepTheCount() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, rate(1));
        assertThat(comesIn(WEB, "192.0.2.1")).isTrue();
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, rate(1));

        assertThat(comesIn(WEB, "192.0.2.1")).isFalse();
    }

    @Test
    void aLimitThatIsTakenAwayIsGone() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, new VisitRules(AddressRules.ALL, 1, 1 << 20));
        assertThat(comesIn(WEB, "192.0.2.1")).isTrue();
        assertThat(gate.bandwidths(WEB, WEB_PROXY)).hasSize(1);
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, VisitRules.NONE);

        assertThat(comesIn(WEB, "192.0.2.1")).isTrue();
        assertThat(gate.bandwidths(WEB, WEB_PROXY)).isEmpty();
    }

    @Test
    void proxiesOfAKeyShareItsBandwidthAndHaveTheirOwn() {
        VisitRules limited = new VisitRules(AddressRules.ALL, 0, 1 << 20);
        gate.post(WEB, WEB_PROXY, limited, limited);
        gate.post(SSH, SSH_PROXY, limited, limited);

        assertThat(gate.bandwidths(WEB, WEB_PROXY)).hasSize(2);
        assertThat(gate.bandwidths(WEB, WEB_PROXY).get(0))
                .isSameAs(gate.bandwidths(SSH, SSH_PROXY).get(0));
        assertThat(gate.bandwidths(WEB, WEB_PROXY).get(1))
                .isNotSameAs(gate.bandwidths(SSH, SSH_PROXY).get(1));
    }

    @Test
    void aProxyIsPostedUntilItsLastKeyIsForgotten() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, VisitRules.NONE);
        gate.post(SSH, WEB_PROXY, VisitRules.NONE, VisitRules.NONE);
        gate.forget(WEB, WEB_PROXY);
        assertThat(gate.isPosted(WEB_PROXY)).isTrue();
        gate.forget(SSH, WEB_PROXY);
        gate.forget(SSH, WEB_PROXY);

        assertThat(gate.isPosted(WEB_PROXY)).isFalse();
    }

    @Test
    void aGroupLetsInWhomAllItsMembersLetIn() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, deny("192.0.2.0/24"));
        gate.post(WEB, OTHER_PROXY, deny("198.51.100.0/24"), VisitRules.NONE);

        assertThat(comesIn(WEB, "192.0.2.1")).isFalse();
        assertThat(comesIn(WEB, "198.51.100.1")).isFalse();
        assertThat(comesIn(WEB, "203.0.113.1")).isTrue();
        gate.forget(WEB, WEB_PROXY);
        assertThat(comesIn(WEB, "192.0.2.1")).as("its member is gone").isTrue();
    }

    @Test
    void eachMemberOfAGroupCountsItsOwnVisitors() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, rate(1));
        gate.post(WEB, OTHER_PROXY, rate(2), VisitRules.NONE);

        for (int i = 0; i < 9; i++) {
            assertThat(comesIn(WEB, "192.0.2.1"))
                    .as("where to is not known yet")
                    .isTrue();
        }
        assertThat(gate.counts(WEB, WEB_PROXY)).isTrue();
        assertThat(gate.counts(WEB, WEB_PROXY)).isFalse();
        assertThat(gate.counts(WEB, OTHER_PROXY)).isTrue();
        assertThat(gate.counts(WEB, OTHER_PROXY)).isTrue();
        assertThat(gate.counts(WEB, OTHER_PROXY)).isFalse();

        Knock knock = new Knock("192.0.2.1");
        gate.tooMany(WEB, knock);
        assertThat(knock.rejected).isTrue();
    }

    @Test
    void whatGoesToAMemberKeepsToItsBandwidth() {
        gate.post(WEB, WEB_PROXY, VisitRules.NONE, new VisitRules(AddressRules.ALL, 0, 1 << 20));
        gate.post(WEB, OTHER_PROXY, VisitRules.NONE, VisitRules.NONE);

        assertThat(gate.bandwidths(WEB, WEB_PROXY)).hasSize(1);
        assertThat(gate.bandwidths(WEB, OTHER_PROXY)).isEmpty();
    }

    private boolean comesIn(IngressKey key, String address) {
        Knock knock = new Knock(address);
        boolean in = gate.enter(key, knock);
        assertThat(knock.rejected).isEqualTo(!in);
        return in;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static VisitRules deny(String block) {
        return VisitRules.ofOptions(Map.of("deny_from", block));
    }

    private static VisitRules rate(int perSecond) {
        return new VisitRules(AddressRules.ALL, perSecond, 0);
    }

    private static final class Knock implements AcceptedSocket {
        private final InetSocketAddress from;
        private boolean rejected;

        Knock(String address) {
            from = new InetSocketAddress(address, 50_000);
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return from;
        }

        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress(8080);
        }

        @Override
        public Future<FarConnection> attach(Context wanted) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public void reject() {
            rejected = true;
        }
    }
}
