package io.tlstunnel.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, and what is only worth a warning, while a document is read. One thread. */
final class Problems {
    private final List<Located> mistakes = new ArrayList<>();
    private final List<Located> warnings = new ArrayList<>();

    private record Located(Origin origin, Problem problem) {}

    /** {@code rest} follows the key: "expects …", "is missing". */
    void add(Origin at, String key, String rest) {
        add(at, key, rest, null);
    }

    /** As above; {@code instead} is the TOML value to write, or null. */
    void add(Origin at, String key, String rest, @Nullable String instead) {
        mistakes.add(located(at, key, rest, instead));
    }

    /** As above; {@code line} is the whole line to write instead, or null. */
    void addLine(Origin at, String key, String rest, @Nullable String line) {
        mistakes.add(new Located(
                at, new Problem(at.source(), at.line(), at.column(), key, at.subject(key) + " " + rest, line)));
    }

    /** A whole sentence about no key in particular, with {@code instead} as the line to write, or null. */
    void addSentence(Origin at, String sentence, @Nullable String instead) {
        mistakes.add(new Located(at, new Problem(at.source(), at.line(), at.column(), "", sentence, instead)));
    }

    void warn(Origin at, String key, String rest) {
        warnings.add(located(at, key, rest, null));
    }

    void warnSentence(Origin at, String sentence) {
        warnings.add(new Located(at, new Problem(at.source(), at.line(), at.column(), "", sentence, null)));
    }

    boolean none() {
        return mistakes.isEmpty();
    }

    void throwIfAny() {
        if (!none()) {
            throw new ConfigException(sorted(mistakes));
        }
    }

    List<Problem> warnings() {
        return sorted(warnings);
    }

    private static Located located(Origin at, String key, String rest, @Nullable String instead) {
        return new Located(
                at,
                new Problem(
                        at.source(),
                        at.line(),
                        at.column(),
                        key,
                        at.subject(key) + " " + rest,
                        instead == null ? null : at.assignment(key, instead)));
    }

    private static List<Problem> sorted(List<Located> found) {
        return found.stream()
                .sorted(Comparator.comparing(Located::origin))
                .map(Located::problem)
                .distinct()
                .toList();
    }
}
