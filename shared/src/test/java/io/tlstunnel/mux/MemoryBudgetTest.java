package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {

    @Test
    void givesWhatIsThereAndNoMore() {
        MemoryBudget budget = new MemoryBudget(1_000);
        assertThat(budget.takeForData(600)).isEqualTo(600);
        assertThat(budget.takeForData(600)).isEqualTo(400);
        assertThat(budget.takeForData(600)).isZero();
        budget.give(1_000);
        assertThat(budget.used()).isZero();
    }

    @Test
    void theLargerAWindowTheSoonerItEnds() {
        MemoryBudget budget = new MemoryBudget(8 << 20);
        int large = budget.renewWindow(0, 0, 100 << 20);
        assertThat(large).isEqualTo(4 << 20);
        assertThat(budget.renewWindow(0, 0, 100 << 20)).isEqualTo(Window.USUAL - MemoryBudget.FLOOR);
        budget.takeForData(2 << 20);
        assertThat(budget.renewWindow(0, 0, 100 << 20)).isEqualTo(Window.FIRST - MemoryBudget.FLOOR);
        budget.takeForData(1 << 20);
        assertThat(budget.renewWindow(0, 0, 1)).isZero();
        assertThat(budget.takeForData(1 << 20)).isPositive();
    }

    @Test
    void aWindowKeepsWhatItCannotDoWithout() {
        MemoryBudget budget = new MemoryBudget(8 << 20);
        int taken = budget.renewWindow(0, 0, 100_000);
        budget.takeForData(8 << 20);
        assertThat(budget.renewWindow(taken, 40_000, 200_000)).isEqualTo(40_000);
        assertThat(budget.used()).isEqualTo((8 << 20) - 60_000);
    }

    @Test
    void nothingIsLostBetweenThreads() throws Exception {
        MemoryBudget budget = new MemoryBudget(100_000);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Boolean>> done = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            SplittableRandom random = new SplittableRandom(thread);
            done.add(threads.submit(() -> {
                boolean within = true;
                for (int i = 0; i < 100_000; i++) {
                    int taken = budget.renewWindow(0, 0, random.nextInt(50_000));
                    within &= budget.used() <= budget.total() && taken >= 0;
                    budget.give(taken);
                }
                return within;
            }));
        }
        for (Future<Boolean> thread : done) {
            assertThat(thread.get()).isTrue();
        }
        threads.shutdown();
        assertThat(budget.used()).isZero();
    }
}
