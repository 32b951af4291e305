package io.tlstunnel.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Texts of the command line to what their keys expect: {@code "2222"} for a port is 2222. */
final class OptionTexts {
    private OptionTexts() {}

    static JsonObject typed(JsonObject tree) {
        final JsonObject typed = tree.copy();
        for (final Section section : Schema.sections(FileKind.CLIENT)) {
            final Object value = typed.getValue(section.name());
            if (value instanceof JsonObject table) {
                type(section, table);
            } else if (value instanceof JsonArray entries) {
                for (int i = 0; i < entries.size(); i++) {
                    type(section, entries.getJsonObject(i));
                }
            }
        }
        return typed;
    }

    private static void type(Section section, JsonObject table) {
        for (final Key<?> key : section.keys()) {
            if (table.getValue(key.name()) instanceof String text) {
                table.put(key.name(), key.type().texts().value(text));
            }
        }
    }
}
