package io.tlstunnel.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** TOML text to a JSON tree and the positions in it. */
final class TomlSource {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final JsonObject positions = new JsonObject();

    private TomlSource() {}

    /**
     * Reads a file's bytes: UTF-8, or UTF-16 with a byte order mark as PowerShell writes it.
     *
     * @param shownAs how messages name the file
     * @return what could be read, with {@link Document#FILE}, {@link Document#POSITIONS} and, if there are any mistakes
     *     in the syntax, {@link Document#SYNTAX}
     */
    static JsonObject parse(String shownAs, byte[] bytes) {
        final String text = decode(shownAs, bytes);
        final TomlParseResult result = Toml.parse(text);
        final TomlSource source = new TomlSource();
        final JsonObject tree =
                source.table(result, "").put(Document.FILE, shownAs).put(Document.POSITIONS, source.positions);
        if (result.hasErrors()) {
            final List<String> lines = text.lines().toList();
            final JsonArray mistakes = new JsonArray();
            result.errors().forEach(error -> mistakes.add(mistake(lines, error)));
            tree.put(Document.SYNTAX, mistakes);
        }
        return tree;
    }

    private static String decode(String shownAs, byte[] bytes) {
        try {
            final String text =
                    charset(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException notText) {
            throw new ConfigException(
                    new Problem(shownAs, 0, 0, "", "this is not text in UTF-8; save it as UTF-8 in your editor", null));
        }
    }

    private static Charset charset(byte[] bytes) {
        final int first = bytes.length < 2 ? 0 : ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
        return switch (first) {
            case 0xFEFF -> StandardCharsets.UTF_16BE;
            case 0xFFFE -> StandardCharsets.UTF_16LE;
            default -> StandardCharsets.UTF_8;
        };
    }

    private static JsonObject mistake(List<String> lines, TomlParseError error) {
        final TomlPosition at = error.position();
        final String line = at.line() <= lines.size() ? lines.get(at.line() - 1) : "";
        return new JsonObject()
                .put("line", at.line())
                .put("column", at.column())
                .put("message", TomlSyntax.sentence(String.valueOf(error.getMessage()), line))
                .put("header", TomlSyntax.isHeader(line));
    }

    private JsonObject table(TomlTable table, String path) {
        final JsonObject json = new JsonObject();
        for (final String key : table.keySet()) {
            final List<String> step = List.of(key);
            final String at = path.isEmpty() ? key : path + "." + key;
            place(at, table.inputPositionOf(step));
            final Object value = table.get(step);
            if (value != null) {
                json.put(key, value(value, at));
            }
        }
        return json;
    }

    private Object value(Object value, String at) {
        if (value instanceof TomlTable table) {
            return table(table, at);
        }
        if (value instanceof TomlArray array) {
            final List<Object> items = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                final String item = at + "[" + i + "]";
                place(item, array.inputPositionOf(i));
                items.add(value(array.get(i), item));
            }
            return new JsonArray(items);
        }
        final boolean plain = value instanceof Number || value instanceof Boolean;
        return plain ? value : value.toString();
    }

    private void place(String path, @Nullable TomlPosition position) {
        if (position != null) {
            positions.put(path, new JsonArray().add(position.line()).add(position.column()));
        }
    }
}
