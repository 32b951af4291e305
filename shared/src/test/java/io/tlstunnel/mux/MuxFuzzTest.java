package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.mux.FuzzConversation.Outcome;
import io.tlstunnel.mux.FuzzConversation.Result;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peers that lie, against a tunnel with everything behind it. An input is a whole conversation. */
@Tag("slow")
final class MuxFuzzTest {
    private static final long INPUTS =
            Long.getLong("tlstunnel.fuzz.inputs", Boolean.getBoolean("tlstunnel.full") ? 10_000_000 : 50_000);
    private static final int MOST_TOLD = 5;

    private final Map<FuzzKind, Map<Outcome, LongAdder>> counts = new ConcurrentHashMap<>();
    private final LongAdder messages = new LongAdder();
    private final LongAdder damages = new LongAdder();
    private final LongAdder resumed = new LongAdder();
    private final LongAdder clean = new LongAdder();

    @Test
    void goesOnOrRefusesWhateverThePeerSays() {
        ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
        long begin = System.nanoTime();
        LongStream.range(0, INPUTS).parallel().forEach(seed -> {
            Result result = FuzzConversation.run(seed);
            count(result);
            if (!result.violations().isEmpty()) {
                broken.add("seed " + seed + ": " + result.violations().get(0));
            }
        });
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "figures: %d conversations with mux, of %.1f messages; by kind and outcome %s; %d messages damaged,"
                        + " %d streams went on elsewhere, %d ended cleanly; %.1f s, %.0f conversations/s%n",
                INPUTS,
                messages.sum() / (double) INPUTS,
                counts,
                damages.sum(),
                resumed.sum(),
                clean.sum(),
                seconds,
                INPUTS / seconds);
        assertThat(broken.stream().limit(MOST_TOLD))
                .as("%d inputs", broken.size())
                .isEmpty();
        long mutated = of(FuzzKind.MUTATED, Outcome.values());
        assertThat(mutated).as("valid conversations mutated").isGreaterThan(INPUTS / 2);
        assertThat(of(FuzzKind.MUTATED, Outcome.REFUSED)).as("of them refused").isBetween(mutated / 5, mutated * 4 / 5);
        assertThat(resumed.sum()).as("streams that went on elsewhere").isGreaterThan(INPUTS / 4);
        assertThat(clean.sum()).as("streams that ended cleanly").isGreaterThan(INPUTS / 50);
    }

    private void count(Result result) {
        counts.computeIfAbsent(result.kind(), kind -> new ConcurrentHashMap<>())
                .computeIfAbsent(result.outcome(), outcome -> new LongAdder())
                .increment();
        messages.add(result.messages());
        damages.add(result.damages());
        resumed.add(result.resumed());
        clean.add(result.clean());
    }

    private long of(FuzzKind kind, Outcome... outcomes) {
        return List.of(outcomes).stream()
                .map(outcome -> counts.getOrDefault(kind, Map.of()).get(outcome))
                .mapToLong(count -> count == null ? 0 : count.sum())
                .sum();
    }

    /** {@code -Dtlstunnel.seed=N} shows that conversation. */
    @Test
    void theSameSeedIsTheSameConversation() {
        long seed = Long.getLong("tlstunnel.seed", 4_711);
        List<String> told = FuzzConversation.replay(seed);
        if (System.getProperty("tlstunnel.seed") != null) {
            told.forEach(System.out::println);
        }
        assertThat(FuzzConversation.replay(seed)).isEqualTo(told);
    }
}
