package io.tlstunnel.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the pre-shared keys of a table, from whichever of its keys gives them. */
final class KeyReader {
    private static final int MAX_KEYS = 2;
    private static final String WANTED = "a file with a key of at least " + Secrets.MIN_KEY_LENGTH + " characters";

    private final Table table;
    private final Key<Secret> inline;
    private final Key<Path> file;
    private final @Nullable Key<List<Secret>> several;

    KeyReader(Table table, Key<Secret> inline, Key<Path> file, @Nullable Key<List<Secret>> several) {
        this.table = table;
        this.inline = inline;
        this.file = file;
        this.several = several;
    }

    /** Whether any of the keys is given, rightly or wrongly. */
    boolean isGiven() {
        return sources().stream().anyMatch(table::has);
    }

    /** No key if none is given or a mistake was noted, else one or two. */
    List<Secret> read() {
        final List<Key<?>> given = new ArrayList<>();
        for (final Key<?> source : sources()) {
            if (table.has(source)) {
                given.add(source);
            }
        }
        if (given.size() > 1) {
            table.reject(given.get(1), "and " + table.subject(given.get(0)) + " both give the key; keep one");
        }
        warnOfOpenConfiguration();
        final Secret key = table.find(inline);
        if (key != null) {
            return List.of(key);
        }
        return table.has(file) ? fromFile() : fromList();
    }

    private List<Key<?>> sources() {
        return several == null ? List.of(inline, file) : List.of(inline, file, several);
    }

    private List<Secret> fromFile() {
        final Path path = KnownFiles.readable(table, file);
        if (path == null || table.isBroken(file)) {
            return List.of();
        }
        if (KnownFiles.isOpenToOthers(path)) {
            table.warn(file, "names " + path + ", which others can read; run `chmod 600 " + path + "`");
        }
        try {
            final String text = Files.readString(path).strip();
            if (text.lines().count() > 1) {
                table.reject(file, "names " + path + ", which has more than one line");
                return List.of();
            }
            return List.of(Secrets.checked(text, WANTED));
        } catch (BadValue bad) {
            bad.flaws().forEach(flaw -> table.reject(file, flaw.rest()));
        } catch (IOException notText) {
            table.reject(file, "names " + path + ", which is not text in UTF-8");
        }
        return List.of();
    }

    private List<Secret> fromList() {
        final List<Secret> keys = several == null ? null : table.find(several);
        if (several == null || keys == null) {
            return List.of();
        }
        if (keys.size() > MAX_KEYS) {
            table.reject(several, "expects one or two keys, found " + keys.size());
        }
        return keys;
    }

    private void warnOfOpenConfiguration() {
        final Key<?> written = several != null && table.has(several) ? several : inline;
        final Path configuration = table.document().file();
        if (table.has(written)
                && table.at(written).kind() == Origin.Kind.FILE
                && KnownFiles.isOpenToOthers(configuration)) {
            table.warn(written, "stands in a file that others can read; run `chmod 600 " + configuration + "`");
        }
    }
}
