package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.wire.MalformedFrameException;
import org.junit.jupiter.api.Test;

/** What a peer is allowed to send, and what of it the budget bears. */
final class ReceiveSideTest {
    private static final int TOTAL = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(TOTAL);

    private ReceiveSide side(int initial) {
        return new ReceiveSide(budget, new Window(TOTAL), initial);
    }

    /** The peer sends all it may, the far socket takes it, and the peer hears of it each time it should. */
    private static void use(ReceiveSide side, int times) {
        for (int i = 0; i < times; i++) {
            int bytes = (int) ((side.allowed() - side.toldConsumed()) / 2);
            side.data(bytes);
            side.consumed(bytes);
            assertThat(side.windowDue()).isTrue();
            side.tell(0, 0, false);
        }
    }

    @Test
    void takesFromTheBudgetWhatThePeerMaySendBeyondTheFloor() {
        ReceiveSide side = side(0);
        assertThat(budget.used()).isEqualTo(Window.FIRST - MemoryBudget.FLOOR);
        use(side, 10);
        assertThat(side.allowed() - side.toldConsumed()).isEqualTo(Window.USUAL);
        assertThat(budget.used()).isEqualTo(Window.USUAL - MemoryBudget.FLOOR);
        side.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aStreamThatRestsHoldsNoMoreThanItMayStillSend() {
        ReceiveSide side = side(0);
        use(side, 10);
        side.data(100_000);
        side.consumed(100_000);
        assertThat(side.windowDue()).isFalse();
        side.tell(0, 0, false);
        assertThat(budget.used()).isEqualTo(Window.USUAL - 100_000 - MemoryBudget.FLOOR);
    }

    @Test
    void fallsToTheFloorWhenTheBudgetIsUsedUp() {
        ReceiveSide side = side(0);
        use(side, 10);
        for (int i = 0; i < 20; i++) {
            budget.takeForData(TOTAL);
            use(side, 1);
        }
        assertThat(side.allowed() - side.toldConsumed()).isBetween(1L, (long) MemoryBudget.FLOOR);
        assertThat(budget.used()).isEqualTo(TOTAL);
    }

    @Test
    void holdsNothingForAPeerThatHasEnded() {
        ReceiveSide side = side(0);
        use(side, 10);
        side.data(1);
        side.consumed(1);
        side.fin();
        side.finConsumed();
        side.tell(0, 0, false);
        assertThat(side.finished()).isTrue();
        assertThat(side.allowed()).isGreaterThanOrEqualTo(side.toldConsumed());
        assertThat(budget.used()).isZero();
    }

    @Test
    void neverAllowsLessThanBefore() {
        ReceiveSide side = side(32 * 1024);
        long allowed = side.allowed();
        budget.takeForData(TOTAL);
        side.resume();
        assertThat(side.allowed()).isEqualTo(allowed);
        assertThatThrownBy(() -> side.data((int) allowed + 1)).isInstanceOf(MalformedFrameException.class);
    }
}
