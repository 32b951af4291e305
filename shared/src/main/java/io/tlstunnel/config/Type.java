package io.tlstunnel.config;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a key's value may be.
 *
 * @param wanted the values in words, for error messages and the manual
 * @param parser reads String, Long, Integer, Double, Boolean, JsonArray or JsonObject
 * @param texts makes what the parser takes of an environment variable or option
 */
record Type<T>(String wanted, Parser<T> parser, FromText texts) {

    /** Reads a value or says what is wrong with it. */
    interface Parser<T> {
        T parse(Object value) throws BadValue;
    }

    /** Reads the text of an environment variable. */
    interface FromText {
        Object value(String text);
    }

    /** A type written as text. */
    static <T> Type<T> text(String wanted, TextParser<T> parser) {
        return new Type<>(
                wanted,
                value -> {
                    if (value instanceof String text) {
                        return parser.parse(text);
                    }
                    throw new BadValue("expects " + wanted + ", found " + TomlText.kind(value), quoted(value, parser));
                },
                text -> text);
    }

    /** Reads a text or says what is wrong with it. */
    interface TextParser<T> {
        T parse(String text) throws BadValue;
    }

    T read(Object value) throws BadValue {
        return parser.parse(value);
    }

    /** A list of these; a single value counts as a list of one. Says what is wrong with each item. */
    Type<List<T>> list(String listWanted) {
        return list(listWanted, Integer.MAX_VALUE);
    }

    /** The same with at most {@code most} items. */
    Type<List<T>> list(String listWanted, int most) {
        return new Type<>(listWanted, value -> readItems(value, listWanted, most), text -> {
            final JsonArray items = new JsonArray();
            for (final String item : text.split(",", -1)) {
                items.add(texts.value(item.strip()));
            }
            return items;
        });
    }

    private List<T> readItems(Object value, String listWanted, int most) throws BadValue {
        if (value instanceof JsonArray array && array.isEmpty()) {
            throw new BadValue("expects " + listWanted + ", found an empty list");
        }
        if (value instanceof JsonArray array && array.size() > most) {
            throw new BadValue("expects " + listWanted + " of at most " + most + " items, found " + array.size());
        }
        final JsonArray items = value instanceof JsonArray array ? array : new JsonArray().add(value);
        final List<T> read = new ArrayList<>();
        final List<BadValue.Flaw> flaws = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            try {
                read.add(parser.parse(items.getValue(i)));
            } catch (BadValue bad) {
                final int index = items == value ? i : -1;
                bad.flaws().forEach(flaw -> flaws.add(new BadValue.Flaw(index, flaw.rest(), null)));
            }
        }
        if (!flaws.isEmpty()) {
            throw new BadValue(flaws);
        }
        return List.copyOf(read);
    }

    /** The value as a text, where that would do. */
    private static <T> @Nullable String quoted(Object value, TextParser<T> parser) {
        if (!(value instanceof Number || value instanceof Boolean)) {
            return null;
        }
        try {
            parser.parse(value.toString());
            return TomlText.literal(value.toString());
        } catch (BadValue neitherWay) {
            return null;
        }
    }
}
