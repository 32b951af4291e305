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
        assertThat(budget.take(600, MemoryBudget.Use.DATA)).isEqualTo(600);
        assertThat(budget.take(600, MemoryBudget.Use.DATA)).isEqualTo(400);
        assertThat(budget.take(600, MemoryBudget.Use.DATA)).isZero();
        budget.give(1_000);
        assertThat(budget.used()).isZero();
    }

    @Test
    void keepsAnEighthFromWindowsForDataOnItsWay() {
        MemoryBudget budget = new MemoryBudget(800);
        assertThat(budget.take(10_000, MemoryBudget.Use.FIRST_WINDOW)).isEqualTo(700);
        assertThat(budget.take(1, MemoryBudget.Use.FIRST_WINDOW)).isZero();
        assertThat(budget.take(10_000, MemoryBudget.Use.DATA)).isEqualTo(100);
        assertThat(budget.used()).isEqualTo(budget.total());
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
                    int taken = budget.take(random.nextInt(50_000), MemoryBudget.Use.FIRST_WINDOW);
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
