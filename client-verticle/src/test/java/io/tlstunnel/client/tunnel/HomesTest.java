package io.tlstunnel.client.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.HostPort;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where the tunnels of a client land, and which one looks for another node. */
final class HomesTest {
    private static final HostPort BALANCER = new HostPort("balancer", 443);
    private static final int MANY = 16;
    private static final Homes.Home A = new Homes.Home(BALANCER, 1);
    private static final Homes.Home B = new Homes.Home(BALANCER, 2);
    private static final Homes.Home C = new Homes.Home(BALANCER, 3);

    private final Homes<String> homes = new Homes<>(new SplittableRandom(1), null);

    private static Homes<String> configured(int connections) {
        return new Homes<>(new SplittableRandom(1), connections);
    }

    @Test
    void wantsOneTunnelOfASingleNodeAndTwoOfACluster() {
        assertThat(homes.wanted()).isEqualTo(1);
        homes.told(1, MANY);
        assertThat(homes.wanted()).isEqualTo(1);
        homes.told(3, MANY);
        assertThat(homes.wanted()).isEqualTo(2);
        homes.told(1, MANY);
        assertThat(homes.wanted()).isEqualTo(1);
    }

    @Test
    void doesNotWantMoreThanItMayHave() {
        homes.told(3, 1);
        assertThat(homes.wanted()).isEqualTo(1);
    }

    @Test
    void keepsToWhatTheConfigurationSays() {
        Homes<String> one = configured(1);
        one.told(3, MANY);
        assertThat(one.wanted()).isEqualTo(1);
        one.configured(4);
        assertThat(one.wanted()).isEqualTo(4);
        one.configured(null);
        assertThat(one.wanted()).isEqualTo(2);
    }

    @Test
    void nobodyLooksWhileEachHasANodeOfItsOwn() {
        homes.told(3, MANY);
        homes.landed(0, "first", A);
        assertThat(homes.nextLook()).isEmpty();
        homes.landed(1, "second", B);
        assertThat(homes.nextLook()).isEmpty();
    }

    @Test
    void theOneThatCameToATakenNodeLooksForAnother() {
        homes.told(3, MANY);
        homes.landed(0, "first", A);
        homes.landed(1, "second", A);
        assertThat(homes.nextLook()).map(Homes.Look::slot).hasValue(1);
        assertThat(homes.improves(1, A)).isFalse();
        assertThat(homes.improves(1, B)).isTrue();
        homes.landed(1, "third", B);
        homes.left("second");
        assertThat(homes.nextLook()).isEmpty();
    }

    @Test
    void looksAFewTimesAtOnceThenLessOftenThenEveryMinute() {
        homes.told(2, MANY);
        homes.landed(0, "first", A);
        homes.landed(1, "second", A);
        Duration all = Duration.ZERO;
        for (int look = 1; look <= Homes.QUICK_LOOKS; look++) {
            all = all.plus(pause());
            assertThat(homes.looked()).isEqualTo(look == Homes.QUICK_LOOKS);
        }
        assertThat(all).isLessThan(Duration.ofSeconds(8));
        assertThat(pause()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
        for (int look = 1; look <= 4; look++) {
            assertThat(homes.looked()).isFalse();
        }
        assertThat(pause()).isBetween(Duration.ofSeconds(45), Duration.ofSeconds(75));
        homes.landed(1, "third", A);
        assertThat(pause()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void looksSoonWhileThatMayHelpAndThereIsRoomForOneMoreTunnel() {
        homes.told(2, 5);
        homes.landed(0, "first", A);
        assertThat(homes.looksSoon()).isFalse();
        homes.landed(1, "second", A);
        for (int look = 1; look <= Homes.QUICK_LOOKS; look++) {
            assertThat(homes.looksSoon()).isEqualTo(look <= 3);
            homes.looked();
        }
        homes.told(2, MANY);
        assertThat(homes.looksSoon()).isFalse();
        homes.landed(1, "third", B);
        assertThat(homes.looksSoon()).isFalse();
    }

    private Duration pause() {
        return homes.nextLook().orElseThrow().pause();
    }

    @Test
    void moreTunnelsThanNodesShareThem() {
        Homes<String> three = configured(3);
        three.told(2, MANY);
        three.landed(0, "first", A);
        three.landed(1, "second", A);
        assertThat(three.nextLook()).map(Homes.Look::slot).hasValue(1);
        three.landed(2, "third", B);
        assertThat(three.nextLook()).isEmpty();
    }

    @Test
    void aSingleNodeIsSharedAtOnce() {
        Homes<String> two = configured(2);
        two.told(1, MANY);
        two.landed(0, "first", A);
        two.landed(1, "second", A);
        assertThat(two.nextLook()).isEmpty();
    }

    @Test
    void theLastNodeThatIsLeftIsNotTheLastWord() {
        homes.told(2, MANY);
        homes.landed(0, "first", A);
        homes.landed(1, "second", B);
        homes.left("first");
        homes.told(1, MANY);
        homes.landed(0, "third", B);
        homes.cut(homes.wanted());
        Homes.Look look = homes.nextLook().orElseThrow();
        assertThat(look.slot()).isZero();
        assertThat(look.pause()).isGreaterThan(Duration.ofSeconds(40));
        // Moving alone from node to node would gain nothing; WELCOME tells that the other is back.
        assertThat(homes.improves(0, A)).isFalse();
    }

    @Test
    void aTunnelThatTakesThePlaceOfOneOnTheSameNodeDoesNotShareIt() {
        homes.told(3, MANY);
        homes.landed(0, "first", A);
        homes.landed(1, "second", B);
        homes.landed(0, "third", A);
        homes.left("first");
        assertThat(homes.nextLook()).isEmpty();
        assertThat(homes.improves(1, A)).isFalse();
        assertThat(homes.improves(1, C)).isFalse();
    }

    @Test
    void takenServersArePassedOverInAClusterOnly() {
        homes.told(1, MANY);
        homes.landed(0, "first", A);
        assertThat(homes.taken(1)).isEmpty();
        homes.told(3, MANY);
        assertThat(homes.taken(1)).containsExactly(BALANCER);
        assertThat(homes.taken(0)).isEmpty();
    }
}
