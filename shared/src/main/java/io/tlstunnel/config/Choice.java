package io.tlstunnel.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A type whose values are a few words; builds a {@link Type}. Letter case does not matter. */
final class Choice<T> {
    private final Map<String, T> words = new LinkedHashMap<>();
    private final Map<String, T> synonyms = new LinkedHashMap<>();
    private final Map<Boolean, T> flags = new LinkedHashMap<>();
    private final Set<String> later = new LinkedHashSet<>();

    Choice<T> word(String word, T value) {
        words.put(word, value);
        return this;
    }

    /** Other spellings, which the manual does not list. */
    Choice<T> synonyms(T value, String... spellings) {
        Arrays.stream(spellings).forEach(spelling -> synonyms.put(spelling, value));
        return this;
    }

    /** What {@code true} and {@code false} mean. */
    Choice<T> flags(T whenTrue, T whenFalse) {
        flags.put(true, whenTrue);
        flags.put(false, whenFalse);
        return this;
    }

    /** Words that a later version will know. */
    Choice<T> later(String... unbuilt) {
        later.addAll(Arrays.asList(unbuilt));
        return this;
    }

    Type<T> type() {
        return new Type<>(wanted(), this::parse, text -> text);
    }

    private String wanted() {
        final List<String> shown = words.keySet().stream().map(Choice::shown).toList();
        final int last = shown.size() - 1;
        return String.join(", ", shown.subList(0, last)) + " or " + shown.get(last);
    }

    private static String shown(String word) {
        return word.equals("true") || word.equals("false") ? word : TomlText.literal(word);
    }

    private T parse(Object value) throws BadValue {
        final T flag = value instanceof Boolean bool ? flags.get(bool) : null;
        if (flag != null) {
            return flag;
        }
        if (!(value instanceof String text)) {
            throw new BadValue("expects " + wanted() + ", found " + TomlText.shown(value));
        }
        final String word = text.strip().toLowerCase(Locale.ROOT);
        final T known = words.containsKey(word) ? words.get(word) : synonyms.get(word);
        if (known != null) {
            return known;
        }
        if (later.contains(word)) {
            throw new BadValue(TomlText.literal(word) + " is not in this version, which has " + wanted());
        }
        throw new BadValue("expects " + wanted() + ", found " + TomlText.shown(value), nearest(word));
    }

    private @Nullable String nearest(String word) {
        final String near = Spelling.nearest(word, words.keySet());
        return near == null ? null : shown(near);
    }
}
