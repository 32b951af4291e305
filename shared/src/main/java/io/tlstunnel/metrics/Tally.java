package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * One counter per constant of an enum; all are there from the start at 0, so that a first event shows as an increase.
 * Any thread, never waits.
 */
public final class Tally<E extends Enum<E>> {

    private final Map<E, Counter> counters;

    Tally(Class<E> type, Function<String, Counter> counter) {
        counters = new EnumMap<>(type);
        for (final E constant : type.getEnumConstants()) {
            counters.put(constant, counter.apply(constant.name().toLowerCase(Locale.ROOT)));
        }
    }

    public void count(E constant) {
        counter(constant).increment();
    }

    /** How often {@code constant} was counted. */
    public long value(E constant) {
        return (long) counter(constant).count();
    }

    /** The sum over all constants. */
    public long total() {
        return (long) counters.values().stream().mapToDouble(Counter::count).sum();
    }

    private Counter counter(E constant) {
        final Counter counter = counters.get(constant);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + constant);
        }
        return counter;
    }
}
