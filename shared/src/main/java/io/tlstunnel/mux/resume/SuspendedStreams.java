package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.wire.ResetCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of a process that wait for a tunnel: the only ones that are ever reset for memory, largest holder first, when
 * next to nothing of the budget is left for those that move. Any thread.
 */
public final class SuspendedStreams {

    /** How often {@link #relieve} is due. */
    public static final Duration RELIEF = Duration.ofSeconds(1);

    private static final int WHOLE = 16;
    private static final int NEARLY_ALL = 15;
    private static final int ENOUGH_LEFT = 14;

    private final MemoryBudget budget;
    private final Map<StreamHandle, Integer> reserved = new ConcurrentHashMap<>();

    public SuspendedStreams(MemoryBudget budget) {
        this.budget = budget;
    }

    /** On the stream's thread. */
    void add(StreamHandle handle) {
        reserved.put(handle, handle.stream().reserved());
    }

    void remove(StreamHandle handle) {
        reserved.remove(handle);
    }

    /** Resets the largest holders if the budget is nearly used up, until enough of it is left. */
    public void relieve() {
        long used = budget.used();
        if (used * WHOLE <= budget.total() * NEARLY_ALL) {
            return;
        }
        List<Map.Entry<StreamHandle, Integer>> largestFirst = reserved.entrySet().stream()
                .map(Map.Entry::copyOf)
                .sorted(Map.Entry.<StreamHandle, Integer>comparingByValue().reversed())
                .toList();
        long excess = used - budget.total() / WHOLE * ENOUGH_LEFT;
        for (Map.Entry<StreamHandle, Integer> each : largestFirst) {
            if (excess <= 0 || each.getValue() == 0) {
                return;
            }
            excess -= each.getValue();
            StreamHandle handle = each.getKey();
            remove(handle);
            handle.run(() -> reset(handle.stream()));
        }
    }

    private static void reset(Stream stream) {
        // It may have gone on meanwhile: who moves is never reset.
        if (stream.isSuspended()) {
            stream.abandon(ResetCode.OUT_OF_MEMORY, "it waited for a tunnel, and the memory was needed");
        }
    }
}
