package io.tlstunnel.config;

import io.vertx.config.spi.ConfigProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * TOML for Vert.x Config: {@code new ConfigStoreOptions().setType("file").setFormat("toml")}. A file with mistakes in
 * its syntax fails with a {@link ConfigException} that lists them all. Keys mean nothing here yet.
 */
public final class TomlConfigProcessor implements ConfigProcessor {
    /** Name of the format. */
    public static final String FORMAT = "toml";

    /** Store option (boolean): keep positions and mistakes in the tree, for {@link ConfigFiles}. */
    static final String KEEP_POSITIONS = "positions";
    /** Store option: how messages name the file. */
    static final String SHOWN_AS = "shownAs";

    /** Options of a file store whose trees differ whenever the file does, mistakes in the syntax included. */
    public static JsonObject keepingMistakes(Path file) {
        return new JsonObject()
                .put("path", file.toAbsolutePath().toString())
                .put(SHOWN_AS, file.toString())
                .put(KEEP_POSITIONS, true);
    }

    @Override
    public String name() {
        return FORMAT;
    }

    @Override
    public Future<JsonObject> process(Vertx vertx, JsonObject configuration, Buffer input) {
        final String shownAs = configuration.getString(SHOWN_AS, configuration.getString("path", FORMAT));
        try {
            final JsonObject tree = TomlSource.parse(shownAs, input.getBytes());
            if (configuration.getBoolean(KEEP_POSITIONS, false)) {
                return Future.succeededFuture(tree);
            }
            final Document document = new Document(Path.of(shownAs), tree);
            document.throwIfSyntax();
            return Future.succeededFuture(document.tree());
        } catch (ConfigException mistakes) {
            return Future.failedFuture(mistakes);
        }
    }
}
