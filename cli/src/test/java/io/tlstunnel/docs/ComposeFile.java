package io.tlstunnel.docs;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A value of {@code docker-compose.yml}, anchors resolved: a table, a list or a scalar; or null where there is none. */
record ComposeFile(@Nullable Object value) {

    static ComposeFile read() {
        return new ComposeFile(new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Page.text(Page.ROOT.resolve("docker-compose.yml"))));
    }

    ComposeFile at(String... path) {
        Object found = value;
        for (final String key : path) {
            found = found instanceof Map<?, ?> table ? table.get(key) : null;
        }
        return new ComposeFile(found);
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

    Stream<ComposeFile> services() {
        return at("services").keys().stream().map(name -> at("services", name));
    }
}
