package io.tlstunnel.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A value of a YAML file, anchors resolved: a table, a list or a scalar; or null where there is none. */
record YamlValue(@Nullable Object value) {

    /** The file, below the project's root. */
    static YamlValue read(String file) {
        return all(file).get(0);
    }

    /** All documents of the file. */
    static List<YamlValue> all(String file) {
        final List<YamlValue> documents = new ArrayList<>();
        new Yaml(new SafeConstructor(new LoaderOptions()))
                .loadAll(Page.text(Page.ROOT.resolve(file)))
                .forEach(document -> documents.add(new YamlValue(document)));
        return documents;
    }

    YamlValue at(String... path) {
        Object found = value;
        for (final String key : path) {
            found = found instanceof Map<?, ?> table ? table.get(key) : null;
        }
        return new YamlValue(found);
    }

    String text() {
        return Objects.requireNonNull(value).toString();
    }

    /** Keys of the table, in their order. */
    List<String> keys() {
        return value instanceof Map<?, ?> table
                ? table.keySet().stream().map(Object::toString).toList()
                : List.of();
    }

    /** Items of the list. */
    List<String> items() {
        return value instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }

    /** Values of the list. */
    Stream<YamlValue> values() {
        return value instanceof List<?> list ? list.stream().map(YamlValue::new) : Stream.empty();
    }
}
