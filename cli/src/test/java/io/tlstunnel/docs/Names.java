package io.tlstunnel.docs;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that a page may use in backticks: keys, metrics, log keys. Taken from pages that other tests hold to the code. */
final class Names {

    /** Pages whose tables are compared with the code by tests of their own. */
    private static final List<String> PROVED =
            List.of("docs/configuration.md", "docs/metrics.md", "docs/protocol.md", "docs/api.md");

    private static final Pattern KEY_ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|");

    /** What follows a metric's name. */
    private static final Pattern LABELS = Pattern.compile("\\{.*");

    /** Codes of the protocol, which log and metrics write in lower case. */
    private static final Pattern CODE = Pattern.compile("\\b[A-Z]+(?:_[A-Z]+)+\\b");

    private static final Pattern NAME = Pattern.compile("([a-z][a-z0-9]*(?:_[a-z0-9]+)*)( = .*)?", Pattern.DOTALL);

    /** Directives of Nginx, and words of the kernel, that look like ours. */
    private static final Set<String> FOREIGN = Set.of("proxy_read_timeout", "io_uring");

    private final Set<String> keys = new HashSet<>();
    private final Set<String> words = new HashSet<>(FOREIGN);

    Names(Sources sources) {
        final Page configuration = Page.of(PROVED.get(0));
        KEY_ROW.matcher(configuration.prose()).results().forEach(row -> keys.add(row.group(1)));
        for (final String name : PROVED) {
            final Page page = Page.of(name);
            page.spans().forEach(span -> words.add(LABELS.matcher(span).replaceAll("")));
            CODE.matcher(page.prose())
                    .results()
                    .forEach(code -> words.add(code.group().toLowerCase(Locale.ROOT)));
        }
        words.addAll(keys);
        words.addAll(sources.logged());
    }

    /** Whether {@code span} looks like a name of ours and is none. */
    boolean isUnknown(String span) {
        final Matcher name = NAME.matcher(span);
        if (!name.matches()) {
            return false;
        }
        final String word = name.group(1);
        return name.group(2) == null ? word.contains("_") && !words.contains(word) : !keys.contains(word);
    }
}
