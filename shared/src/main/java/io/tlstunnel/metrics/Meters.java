package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Makes the meters of one end, all with the same prefix. A help text says what is counted, in words an operator knows.
 * Counters get {@code _total} behind their name, durations {@code _seconds}. Any thread.
 */
public final class Meters {

    private final MeterRegistry registry;
    private final String prefix;
    private final List<Object> kept;

    /** {@code kept} lives as long as {@code registry}, which holds what function counters read only weakly. */
    Meters(MeterRegistry registry, List<Object> kept, String prefix) {
        this.registry = registry;
        this.kept = kept;
        this.prefix = prefix + ".";
    }

    /** Counts each constant of {@code type} as {@code label="constant"}; {@code more}: further labels and values. */
    public <E extends Enum<E>> Tally<E> tally(String name, String help, Class<E> type, Label label) {
        return new Tally<>(type, value -> counter(name, help, label.more().and(label.key(), value)));
    }

    Counter counter(String name, String help, Iterable<Tag> tags) {
        return Counter.builder(prefix + name).description(help).tags(tags).register(registry);
    }

    /** A counter without labels. */
    public Counting counting(String name, String help) {
        final Counter counter = counter(name, help, Tags.empty());
        return counter::increment;
    }

    /** A counter that reads {@code total}, which never falls. */
    public void counted(String name, String help, LongSupplier total) {
        kept.add(total);
        FunctionCounter.builder(prefix + name, total, LongSupplier::getAsLong)
                .description(help)
                .register(registry);
    }

    /** A gauge without labels that goes up and down. */
    public UpDown upDown(String name, String help) {
        final UpDown count = new UpDown();
        gauge(name, help, Tags.empty(), count::value);
        return count;
    }

    /** A gauge that reads {@code value} from any thread. */
    public void gauge(String name, String help, LongSupplier value) {
        gauge(name, help, Tags.empty(), value);
    }

    Gauge gauge(String name, String help, Iterable<Tag> tags, LongSupplier value) {
        return Gauge.builder(prefix + name, value::getAsLong)
                .description(help)
                .tags(tags)
                .register(registry);
    }

    Timer timer(String name, String help, List<Duration> buckets) {
        return Timer.builder(prefix + name)
                .description(help)
                .serviceLevelObjectives(buckets.toArray(Duration[]::new))
                .register(registry);
    }

    void remove(Meter meter) {
        registry.remove(meter);
    }

    /** Counts one kind of event. */
    @FunctionalInterface
    public interface Counting {
        /** Once more. Any thread, never waits. */
        void count();
    }

    /** The label that tells the constants of a {@link Tally} apart, and labels they share. */
    public record Label(String key, Tags more) {

        public static Label of(String key) {
            return new Label(key, Tags.empty());
        }

        /** With one more label of a fixed value. */
        public Label with(String otherKey, String value) {
            return new Label(key, more.and(otherKey, value));
        }
    }
}
