package io.tlstunnel.mux.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.wire.MalformedFrameException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DirectionTest {
    private static final int FLOOR = Direction.FLOOR;
    private static final long MUCH = 1L << 30;

    private final RelayBudget budget = new RelayBudget(1 << 20);
    private final Direction direction = new Direction(budget);

    @Test
    void lowersWhatTheReceiverAllows() {
        direction.begin(100, MUCH, false);
        assertThat(direction.allowed()).isEqualTo(100 + Direction.FIRST);
        assertThat(budget.used()).isEqualTo(Direction.FIRST - FLOOR);
    }

    @Test
    void allowsNoMoreThanTheReceiver() {
        direction.begin(100, 150, false);
        assertThat(direction.allowed()).isEqualTo(150);
        assertThat(budget.used()).isZero();
        direction.allow(0, 160);
        assertThat(direction.raise()).isTrue();
        assertThat(direction.allowed()).isEqualTo(160);
    }

    @Test
    void allowsItsFloorWhenTheBudgetIsUsedUp() {
        budget.take(budget.total());
        direction.begin(0, MUCH, false);
        assertThat(direction.allowed()).isEqualTo(FLOOR);
        direction.came(FLOOR);
        assertThat(direction.raise()).as("nothing has left").isFalse();
        direction.left(FLOOR);
        assertThat(direction.raise()).isTrue();
        assertThat(direction.allowed()).isEqualTo(2 * FLOOR);
    }

    @Test
    void growsOnlyAsItIsUsed() {
        direction.begin(0, MUCH, false);
        direction.allow(0, MUCH + 1);
        assertThat(direction.raise()).isFalse();
        assertThat(budget.used()).isEqualTo(Direction.FIRST - FLOOR);
        useAll(direction);
        assertThat(direction.allowed()).isEqualTo(Direction.FIRST + 2 * Direction.FIRST);
        for (int i = 0; i < 10; i++) {
            useAll(direction);
        }
        assertThat(budget.used()).isBetween(Direction.LARGEST / 2L, (long) Direction.LARGEST);
    }

    private static void useAll(Direction used) {
        int bytes = (int) (used.allowed() - used.held() - used.offset());
        used.came(bytes);
        used.left(bytes);
        assertThat(used.raise()).isTrue();
    }

    @Test
    void sharesTheBudgetAmongThoseThatUseIt() {
        List<Direction> greedy = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Direction one = new Direction(budget);
            one.begin(0, MUCH, false);
            greedy.add(one);
        }
        for (int round = 0; round < 30; round++) {
            greedy.forEach(DirectionTest::useAll);
        }
        Direction late = new Direction(budget);
        late.begin(0, MUCH, false);
        for (int round = 0; round < 30; round++) {
            useAll(late);
            greedy.forEach(DirectionTest::useAll);
        }
        long window = late.allowed() - late.offset();
        assertThat(window).isGreaterThan(budget.total() / 50);
        assertThat(budget.used()).isLessThanOrEqualTo(budget.total());
    }

    @Test
    void isBusyIfTheBudgetDoesNotReachForWhatComesAtOnce() {
        budget.take(budget.total() - 1_000);
        assertThat(direction.beginAtOnce(FLOOR + 1_001, 500)).isFalse();
        assertThat(direction.beginAtOnce(FLOOR + 1_000, 500)).isTrue();
        assertThat(budget.used()).isEqualTo(budget.total());
        assertThat(direction.room()).isEqualTo(500);
        assertThat(direction.allowed()).isEqualTo(FLOOR + 1_000);
    }

    @Test
    void givesBackAtFinWhatIsNotHeld() {
        direction.begin(0, MUCH, false);
        direction.came(FLOOR + 10);
        direction.finCame();
        direction.raise();
        assertThat(budget.used()).isEqualTo(11);
        direction.left(FLOOR + 10);
        direction.finLeft();
        direction.raise();
        assertThat(budget.used()).isZero();
    }

    @Test
    void isFinishedWhenTheSenderKnowsThatItsFinIsTaken() {
        direction.begin(0, MUCH, false);
        direction.finCame();
        direction.finLeft();
        direction.windowTold();
        assertThat(direction.isFinished()).isFalse();
        direction.allow(1, MUCH);
        assertThat(direction.isFinished()).isFalse();
        direction.windowTold();
        assertThat(direction.isFinished()).isTrue();
    }

    @Test
    void holdsPeersToWhatTheyWereTold() {
        direction.begin(0, 50, false);
        assertThatThrownBy(() -> direction.came(51)).isInstanceOf(MalformedFrameException.class);
        direction.came(50);
        assertThatThrownBy(() -> direction.allow(1, 60))
                .as("nothing has left")
                .isInstanceOf(MalformedFrameException.class);
        direction.finCame();
        assertThatThrownBy(() -> direction.came(0)).isInstanceOf(MalformedFrameException.class);
        assertThatThrownBy(direction::finCame).isInstanceOf(MalformedFrameException.class);
    }

    /** Whatever happens: the budget holds, nobody is stuck, and everything is given back. */
    @Test
    void neverPromisesMoreThanTheBudgetAndTheFloors() {
        SplittableRandom random = new SplittableRandom(1);
        List<Direction> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Direction one = new Direction(budget);
            one.begin(0, random.nextInt(1 << 20), false);
            all.add(one);
        }
        for (int step = 0; step < 100_000; step++) {
            Direction one = all.get(random.nextInt(all.size()));
            int free = (int) (one.allowed() - one.offset() - one.held());
            switch (random.nextInt(3)) {
                case 0 -> one.came(random.nextInt(free + 1));
                case 1 -> one.left(random.nextInt((int) one.held() + 1));
                default -> one.allow(0, one.offset() + random.nextInt(1 << 20));
            }
            one.raise();
            long promised =
                    all.stream().mapToLong(any -> any.allowed() - any.offset()).sum();
            assertThat(promised).isLessThanOrEqualTo(budget.total() + (long) FLOOR * all.size());
        }
        all.forEach(Direction::close);
        assertThat(budget.used()).isZero();
    }
}
