package io.tlstunnel.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A configuration as it was written, before it means anything: one tree, whether it came from TOML, JSON or options, and
 * where each of its values stands. Paths are like {@code proxies[0].name}.
 */
final class Document {
    /** Where a JSON tree that came from TOML keeps its positions: path → {@code [line, column]}. */
    static final String POSITIONS = "#positions";
    /** Where it keeps the name of its file. */
    static final String FILE = "#file";
    /** Where it keeps the mistakes in the syntax. */
    static final String SYNTAX = "#syntax";

    private final Path file;
    private final JsonObject tree;
    private final Origin root;
    private final Map<String, Origin> origins = new HashMap<>();
    private final Problems syntax = new Problems();
    private final Completeness completeness;

    /** How much of a document could be read. */
    enum Completeness {
        WHOLE,
        /** Some lines are missing: what is there can be judged. */
        LINES_MISSING,
        /** A table's header is missing: nothing can be judged. */
        TABLES_MISSING
    }

    /**
     * A document read from a tree.
     *
     * @param file the file, or what stands for it; relative paths resolve against its folder
     * @param tree copied; may carry {@link #POSITIONS}
     */
    Document(Path file, JsonObject tree) {
        this(file, Origin.inFile(tree.getString(FILE, file.toString()), 0, 0), tree);
        final JsonObject positions = tree.getJsonObject(POSITIONS, new JsonObject());
        for (final String path : positions.fieldNames()) {
            final JsonArray at = positions.getJsonArray(path);
            origins.put(path, Origin.inFile(root.name(), at.getInteger(0), at.getInteger(1)));
        }
    }

    /** A document from the command line; {@code options} tells the option of each path. */
    Document(Path base, JsonObject tree, Map<String, String> options) {
        this(base, Origin.inOption("the command line"), tree);
        options.forEach((path, option) -> origins.put(path, Origin.inOption(option)));
    }

    private Document(Path file, Origin root, JsonObject tree) {
        this.file = file.toAbsolutePath().normalize();
        this.root = root;
        this.tree = tree.copy();
        this.tree.remove(POSITIONS);
        this.tree.remove(FILE);
        this.tree.remove(SYNTAX);
        this.completeness = readSyntax(tree.getJsonArray(SYNTAX, new JsonArray()));
    }

    private Completeness readSyntax(JsonArray mistakes) {
        Completeness left = Completeness.WHOLE;
        for (int i = 0; i < mistakes.size(); i++) {
            final JsonObject mistake = mistakes.getJsonObject(i);
            final Origin at = Origin.inFile(root.name(), mistake.getInteger("line"), mistake.getInteger("column"));
            syntax.addSentence(at, mistake.getString("message"), null);
            if (mistake.getBoolean("header")) {
                left = Completeness.TABLES_MISSING;
            } else if (left == Completeness.WHOLE) {
                left = Completeness.LINES_MISSING;
            }
        }
        return left;
    }

    Completeness completeness() {
        return completeness;
    }

    /** A collector that holds the mistakes in the syntax. */
    Problems problems() {
        return syntax;
    }

    void throwIfSyntax() {
        syntax.throwIfAny();
    }

    Path file() {
        return file;
    }

    JsonObject tree() {
        return tree;
    }

    /** The beginning of the file. */
    Origin start() {
        final boolean placed = root.kind() == Origin.Kind.FILE && !origins.isEmpty();
        return placed ? Origin.inFile(root.name(), 1, 1) : root;
    }

    /** Where the value at that path stands, or else the nearest thing around it. */
    Origin origin(String path) {
        for (String at = path; !at.isEmpty(); at = parent(at)) {
            final Origin found = origins.get(at);
            if (found != null) {
                return found;
            }
        }
        return start();
    }

    /** Puts a value from the environment over what the file says. */
    void override(String table, String key, Object value, Origin origin) {
        if (!(tree.getValue(table) instanceof JsonObject)) {
            tree.put(table, new JsonObject());
        }
        tree.getJsonObject(table).put(key, value);
        origins.put(table + "." + key, origin);
    }

    /** Resolves a path of the configuration against its folder. */
    Path resolve(Path path) {
        final Path folder = file.getParent();
        return (folder == null ? path : folder.resolve(path)).normalize();
    }

    private static String parent(String path) {
        final int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
        return cut < 0 ? "" : path.substring(0, cut);
    }
}
