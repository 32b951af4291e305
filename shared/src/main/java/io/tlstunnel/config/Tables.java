package io.tlstunnel.config;

import io.tlstunnel.config.Document.Completeness;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the tables of a document and says which do not belong there. */
final class Tables {
    private static final Set<String> LATER = Set.of("visitors", "visitor", "forwarder", "forwarders");

    private final Document document;
    private final FileKind kind;
    private final Problems problems;

    private Tables(Document document, FileKind kind, Problems problems) {
        this.document = document;
        this.kind = kind;
        this.problems = problems;
    }

    /**
     * Opens a document as a file of that kind: notes what does not belong, lays the environment over it.
     *
     * @throws ConfigException if it cannot be judged at all
     */
    static Tables open(Document document, FileKind kind, Map<String, String> environment) {
        final Problems problems = document.problems();
        if (document.completeness() == Completeness.TABLES_MISSING) {
            problems.throwIfAny();
        }
        final Tables tables = new Tables(document, kind, problems);
        tables.rejectStrangers();
        new Environment(environment).overlay(document, Schema.sections(kind), problems);
        return tables;
    }

    /** Whose file it is, or null if it has neither main table. */
    static @Nullable FileKind kindOf(JsonObject tree) {
        for (final FileKind kind : FileKind.values()) {
            if (tree.containsKey(kind.toString())
                    && !tree.containsKey(kind.other().toString())) {
                return kind;
            }
        }
        return null;
    }

    /** Notes every table and bare key at the top that is not of this kind of file. */
    private void rejectStrangers() {
        final FileKind other = kind.other();
        final JsonObject tree = document.tree();
        if (kindOf(tree) == other) {
            problems.addSentence(
                    document.origin(other.toString()),
                    "this is a " + other + " file; run `tls-tunnel " + other + " FILE`",
                    null);
            problems.throwIfAny();
        }
        for (final String name : tree.fieldNames()) {
            if (Schema.sections(kind).stream()
                    .noneMatch(section -> section.name().equals(name))) {
                problems.addSentence(document.origin(name), stranger(name, tree.getValue(name)), null);
            }
        }
    }

    /** The table that gives the file its kind. */
    Table main() {
        final Section section = Schema.sections(kind).get(0);
        if (!has(section) && document.completeness() == Completeness.WHOLE) {
            problems.addSentence(document.start(), "there is no " + section.header() + " in this file", null);
        }
        return single(section);
    }

    /** Whether what is absent from the main table was not written, rather than not read. */
    boolean areWhole() {
        return document.completeness() == Completeness.WHOLE
                && document.tree().getValue(kind.toString()) instanceof JsonObject;
    }

    /** The table of that section, empty if it is absent. */
    Table single(Section section) {
        final Object value = document.tree().getValue(section.name());
        if (value instanceof JsonObject tree) {
            return new Table(document, section.name(), section, tree, problems);
        }
        if (value != null) {
            problems.addSentence(
                    document.origin(section.name()), section.name() + " is a table; write " + section.header(), null);
        }
        return new Table(
                document,
                section.name(),
                new Section(section.name(), section.form(), List.of()),
                new JsonObject(),
                problems);
    }

    /** The entries of that section, in the order of the file. */
    List<Table> repeated(Section section) {
        final Object value = document.tree().getValue(section.name());
        final List<Table> entries = new ArrayList<>();
        if (value instanceof JsonArray items) {
            for (int i = 0; i < items.size(); i++) {
                final String path = section.name() + "[" + i + "]";
                if (items.getValue(i) instanceof JsonObject tree) {
                    entries.add(new Table(document, path, section, tree, problems));
                } else {
                    problems.addSentence(document.origin(path), notTables(section), null);
                }
            }
        } else if (value != null) {
            problems.addSentence(document.origin(section.name()), notTables(section), null);
        }
        return entries;
    }

    /** Warns that a section is absent; {@code rest} says what follows from it. */
    void warnOfAbsent(Section section, String rest) {
        if (!has(section)) {
            problems.warnSentence(document.start(), "there is no " + section.header() + " in this file, " + rest);
        }
    }

    boolean has(Section section) {
        return document.tree().getValue(section.name()) != null;
    }

    private static String notTables(Section section) {
        return section.name() + " is a list of tables; begin each entry with " + section.header();
    }

    private String stranger(String name, Object value) {
        final boolean table = value instanceof JsonObject || value instanceof JsonArray;
        if (LATER.contains(name)) {
            return "[" + name + "] is not in this version";
        }
        final List<Section> mine = Schema.sections(kind);
        final String homes = homes(mine, name);
        if (!table && !homes.isEmpty()) {
            return name + " stands above the first table; put it below " + homes;
        }
        final String moved = Hints.sentence(name);
        if (!table && moved != null) {
            return name + " " + moved;
        }
        final boolean foreign = Schema.sections(kind.other()).stream()
                .anyMatch(section -> section.name().equals(name));
        if (foreign) {
            return "[" + name + "] belongs in a " + kind.other() + " file, which is a file of its own";
        }
        final String near =
                Spelling.nearest(name, mine.stream().map(Section::name).toList());
        final String meant = mine.stream()
                .filter(section -> section.name().equals(near))
                .map(section -> "; did you mean " + section.header() + "?")
                .findFirst()
                .orElse("");
        return (table ? "[" + name + "] is not a table" : name + " is not a key") + " of a " + kind + " file" + meant;
    }

    private static String homes(List<Section> sections, String key) {
        return String.join(
                " or ",
                sections.stream()
                        .filter(section -> section.key(key).isPresent())
                        .map(Section::header)
                        .toList());
    }
}
