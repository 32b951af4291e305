package io.tlstunnel.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} names what there is, all of it, and nothing else. */
class MetricsPageTest {

    private static final Path ROOT = Path.of("..");

    /** {@code | `name` | type | labels | …}. */
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(tls_tunnel_\\w+)` \\| (\\w+) \\| ([^|]*) \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);

    private static final Pattern TYPE = Pattern.compile("^# TYPE (tls_tunnel_\\w+) (\\w+)$", Pattern.MULTILINE);
    private static final Pattern SERIES = Pattern.compile("^(tls_tunnel_\\w+)\\{(.*)} \\S+$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern NAME = Pattern.compile("tls_tunnel_\\w+");

    @Test
    void everyMetricIsOnThePageAndNoOther() throws Exception {
        final Map<String, String> real = real();
        final Map<String, String> told = ROW.matcher(Files.readString(ROOT.resolve("docs/metrics.md")))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(2) + " " + names(row.group(3), Pattern.compile("`(\\w+)`")),
                        (a, b) -> a + " and again " + b,
                        TreeMap::new));

        assertThat(told).isEqualTo(real);
    }

    @Test
    void theAlertsUseOnlyMetricsThatExist() throws Exception {
        final Set<String> real = real().keySet();
        final Set<String> used = NAME.matcher(Files.readString(ROOT.resolve("conf/prometheus-alerts.yml")))
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceFirst("_(bucket|sum|count)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(used).isNotEmpty().isSubsetOf(real);
    }

    @Test
    void everyMetricOfOursSaysWhatItMeans() throws Exception {
        for (final End end : End.values()) {
            final String text = end.metrics();
            for (final MatchResult type : TYPE.matcher(text).results().toList()) {
                assertThat(text).containsPattern("(?m)^# HELP " + type.group(1) + " .{15,}$");
            }
        }
    }

    /** Name to type and label names, of both ends. */
    private static Map<String, String> real() throws Exception {
        final Map<String, String> found = new TreeMap<>();
        for (final End end : End.values()) {
            final String text = end.metrics();
            for (final MatchResult type : TYPE.matcher(text).results().toList()) {
                found.put(type.group(1), type.group(2) + " " + labels(text, type.group(1)));
            }
        }
        return found;
    }

    private static Set<String> labels(String text, String name) {
        return SERIES.matcher(text)
                .results()
                .filter(series -> series.group(1).equals(name))
                .flatMap(series -> names(series.group(2), LABEL).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(String text, Pattern pattern) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** So that a moved file is told apart from a missing row. */
    @Test
    void thePageIsWhereTheTestLooks() throws IOException {
        assertThat(ROW.matcher(Files.readString(ROOT.resolve("docs/metrics.md")))
                        .results())
                .isNotEmpty();
    }
}
