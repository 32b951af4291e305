package io.tlstunnel.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One table of the configuration.
 *
 * @param name of the table
 * @param form whether it stands once or once per item
 * @param keys all that may stand in it
 */
record Section(String name, Form form, List<Key<?>> keys) {

    enum Form {
        /** {@code [name]}. */
        SINGLE,
        /** {@code [[name]]}. */
        REPEATED
    }

    /** As it stands in a file. */
    String header() {
        return form == Form.SINGLE ? "[" + name + "]" : "[[" + name + "]]";
    }

    /** The key with that name or alias. */
    Optional<Key<?>> key(String written) {
        return keys.stream()
                .filter(key -> key.name().equals(written) || key.aliases().contains(written))
                .findFirst();
    }

    /** Names and aliases. */
    List<String> words() {
        return keys.stream()
                .flatMap(key -> Stream.concat(Stream.of(key.name()), key.aliases().stream()))
                .toList();
    }
}
