package io.tlstunnel.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long a stream stood still after each cut. */
final class Pauses {
    private final Map<Cut, List<Duration>> byKind = new EnumMap<>(Cut.class);

    void add(Cut cut, Duration pause) {
        byKind.computeIfAbsent(cut, kind -> new ArrayList<>()).add(pause);
    }

    /** One line for each kind, one for those without silence, one for all. */
    String figures() {
        StringBuilder lines = new StringBuilder();
        byKind.forEach((cut, pauses) -> lines.append(line(cut.toString(), pauses)));
        lines.append(line("all that are not silent", of(false)));
        lines.append(line("all", of(true)));
        return lines.toString();
    }

    private List<Duration> of(boolean silentToo) {
        return byKind.entrySet().stream()
                .filter(kind -> silentToo || !kind.getKey().isSilent())
                .map(Map.Entry::getValue)
                .flatMap(Collection::stream)
                .toList();
    }

    private static String line(String kind, List<Duration> pauses) {
        List<Duration> sorted = pauses.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "figures: pause of ssh, %s (%d): p50 %d ms, p99 %d ms, longest %d ms%n",
                kind,
                sorted.size(),
                percentile(sorted, 50).toMillis(),
                percentile(sorted, 99).toMillis(),
                percentile(sorted, 100).toMillis());
    }

    /** By the nearest rank. */
    private static Duration percentile(List<Duration> sorted, int percent) {
        return sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }
}
