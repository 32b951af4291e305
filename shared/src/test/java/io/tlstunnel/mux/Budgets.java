package io.tlstunnel.mux;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What streams may hold, by the budget that they share. */
final class Budgets {
    private Budgets() {}

    /** What a stream may hold beyond what the budget counts: the floors, the first window, a read, both FINs. */
    static long floor(int initialWindow, int frameSize) {
        return 2L * MemoryBudget.FLOOR + initialWindow + frameSize + 2;
    }

    /** How the streams of an end, those that are not over, hold more than they may, or null. */
    @Nullable
    static String exceeded(MemoryBudget budget, Collection<Stream> streams, long floor) {
        long used = budget.used();
        if (used < 0 || used > budget.total()) {
            return "the budget of " + budget.total() + " has " + used + " used";
        }
        long held = 0;
        for (Stream stream : streams) {
            held += stream.held();
            if (stream.held() < 0) {
                return "stream " + stream.id() + " holds " + stream.held();
            }
        }
        return held > used + streams.size() * floor
                ? streams.size() + " streams hold " + held + ", of which the budget has " + used
                : null;
    }
}
