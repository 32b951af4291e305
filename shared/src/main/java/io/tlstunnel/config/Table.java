package io.tlstunnel.config;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One table of a document, read against its section: every value of the right type, every mistake noted. */
final class Table {
    private final Document document;
    private final String path;
    private final Section section;
    private final Problems problems;
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, String> spellings = new HashMap<>();
    private final Set<String> broken = new HashSet<>();

    Table(Document document, String path, Section section, JsonObject tree, Problems problems) {
        this.document = document;
        this.path = path;
        this.section = section;
        this.problems = problems;
        for (final String written : tree.fieldNames()) {
            final Object value = tree.getValue(written);
            if (value != null) {
                section.key(written).ifPresentOrElse(key -> read(key, written, value), () -> unknown(written, value));
            }
        }
        section.keys().forEach(this::missing);
    }

    /** The value, or its preset, or null if it has none; null also if it is there and wrong, which is then noted. */
    @SuppressWarnings("unchecked") // only a key's own type puts values under its name
    <T> @Nullable T find(Key<T> key) {
        return isBroken(key) ? null : (T) values.getOrDefault(key.name(), key.preset());
    }

    /** The value of a key that has a preset, or is required. Call after {@link Problems#throwIfAny}. */
    <T> T get(Key<T> key) {
        final T value = find(key);
        if (value == null) {
            throw new IllegalStateException(section.header() + " " + key.name());
        }
        return value;
    }

    /** What limits visitors by these keys; what is absent or wrong limits nothing. */
    VisitRules visits(Schema.Visits keys) {
        final List<Cidr> allow = find(keys.allowFrom());
        final List<Cidr> deny = find(keys.denyFrom());
        final Integer perSecond = find(keys.streamsPerSecond());
        final Long bandwidth = find(keys.bandwidth());
        return new VisitRules(
                new AddressRules(allow == null ? List.of() : allow, deny == null ? List.of() : deny),
                perSecond == null ? 0 : perSecond,
                bandwidth == null ? 0 : bandwidth);
    }

    /** Whether the key stands there, rightly or wrongly. */
    boolean has(Key<?> key) {
        return values.containsKey(key.name()) || broken.contains(key.name());
    }

    /** Whether the key stands there but is wrong, so that nothing can be said about it. */
    boolean isBroken(Key<?> key) {
        return broken.contains(key.name());
    }

    /** Where the key stands, or else its table. */
    Origin at(Key<?> key) {
        return document.origin(path + "." + written(key));
    }

    /** Where the table begins. */
    Origin at() {
        return document.origin(path);
    }

    /** What the user calls the key. */
    String subject(Key<?> key) {
        return at(key).subject(written(key));
    }

    /** Notes a mistake in that key; {@code rest} follows its name. */
    void reject(Key<?> key, String rest) {
        reject(key, rest, null);
    }

    /** As above, with the TOML value to write instead, or null. */
    void reject(Key<?> key, String rest, @Nullable String instead) {
        problems.add(at(key), written(key), rest, instead);
        broken.add(key.name());
    }

    void warn(Key<?> key, String rest) {
        problems.warn(at(key), written(key), rest);
    }

    Document document() {
        return document;
    }

    Problems problems() {
        return problems;
    }

    private String written(Key<?> key) {
        return spellings.getOrDefault(key.name(), key.name());
    }

    private void read(Key<?> key, String written, Object value) {
        final String at = path + "." + written;
        final String other = spellings.putIfAbsent(key.name(), written);
        if (other != null) {
            problems.add(document.origin(at), written, "and " + other + " are the same key; keep one");
            return;
        }
        try {
            values.put(key.name(), key.type().read(value));
        } catch (BadValue bad) {
            broken.add(key.name());
            for (final BadValue.Flaw flaw : bad.flaws()) {
                final Origin origin = document.origin(flaw.index() < 0 ? at : at + "[" + flaw.index() + "]");
                problems.add(origin, written, flaw.rest(), flaw.instead());
            }
        }
    }

    private void unknown(String written, Object value) {
        final Hints.Meant meant = Hints.of(section, written, value);
        problems.addLine(document.origin(path + "." + written), written, meant.rest(), meant.line());
        if (meant.key() != null) {
            broken.add(meant.key());
        }
    }

    private void missing(Key<?> key) {
        final boolean judged = document.completeness() == Document.Completeness.WHOLE;
        if (key.need() == Key.Need.REQUIRED && !has(key) && judged) {
            problems.add(at(key), key.name(), "is missing" + at(key).inside(section));
        }
    }
}
