package io.tlstunnel.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/** Values as TOML shows them. */
final class TomlText {
    private TomlText() {}

    /** The value as it stands in a file. */
    static String literal(Object value) {
        if (value instanceof String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        if (value instanceof List<?> items) {
            return items.stream().map(TomlText::literal).collect(Collectors.joining(", ", "[", "]"));
        }
        return value.toString();
    }

    /** A literal without the quotes and brackets that only a file needs. */
    static String plain(String literal) {
        return literal.replaceAll("[\"\\[\\]]", "").replace(", ", ",");
    }

    /** What a value is, in words; the value itself is left out, it may be a secret. */
    static String kind(Object value) {
        if (value instanceof String) {
            return "a text";
        }
        if (value instanceof Integer || value instanceof Long) {
            return "an integer";
        }
        if (value instanceof Number) {
            return "a fraction";
        }
        if (value instanceof Boolean) {
            return "true or false";
        }
        if (value instanceof JsonArray) {
            return "a list";
        }
        return value instanceof JsonObject ? "a table" : "a date or time";
    }

    /** What was found, for values that may be shown. */
    static String shown(Object value) {
        if (value instanceof String text) {
            return text.length() > 80 ? "a long text" : "the text " + literal(text);
        }
        return value instanceof Number || value instanceof Boolean ? value.toString() : kind(value);
    }
}
