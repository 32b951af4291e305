package io.tlstunnel.config;

import io.vertx.core.json.JsonArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration: all that is known about it.
 *
 * @param name as in the file
 * @param type what it may be
 * @param preset its value when absent, or null if there is none
 * @param absent what happens when it is absent, for the manual: the preset in TOML, or words
 * @param need whether it must be there
 * @param description one sentence for the manual
 * @param aliases other names it may have
 */
record Key<T>(
        String name,
        Type<T> type,
        @Nullable T preset,
        String absent,
        Need need,
        String description,
        List<String> aliases) {

    enum Need {
        OPTIONAL,
        REQUIRED
    }

    /** A key with a standard value, given as it would stand in a file. */
    static <T> Key<T> preset(String name, Type<T> type, Object preset, String description) {
        try {
            final Object written = preset instanceof List<?> items ? new JsonArray(items) : preset;
            final String absent = "`" + TomlText.literal(preset) + "`";
            return new Key<>(name, type, type.read(written), absent, Need.OPTIONAL, description, List.of());
        } catch (BadValue wrongPreset) {
            throw new IllegalStateException("preset of " + name, wrongPreset);
        }
    }

    /** A key that may be left out; {@code absent} says what happens then. */
    static <T> Key<T> optional(String name, Type<T> type, String absent, String description) {
        return new Key<>(name, type, null, absent, Need.OPTIONAL, description, List.of());
    }

    /** A key that must be there. */
    static <T> Key<T> required(String name, Type<T> type, String description) {
        return new Key<>(name, type, null, "required", Need.REQUIRED, description, List.of());
    }

    Key<T> alias(String other) {
        return new Key<>(name, type, preset, absent, need, description, List.of(other));
    }
}
