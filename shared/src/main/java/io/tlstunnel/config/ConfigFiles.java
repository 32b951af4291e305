package io.tlstunnel.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way in: files, trees of Vert.x Config and command-line options to records. Whatever the way, the same checks; a
 * configuration with mistakes ends in a {@link ConfigException} with all of them.
 *
 * <p>{@code environment} is what {@link System#getenv()} gives; its {@code TLS_TUNNEL_…} variables win over the file.
 * Methods that return a {@link Future} never block the caller; the others read files.
 */
public final class ConfigFiles {
    private ConfigFiles() {}

    /** Reads a server file. */
    public static Loaded<ServerConfig> loadServer(Path file, Map<String, String> environment) {
        return serverFrom(readTree(file), file, environment);
    }

    /** Reads a client file. */
    public static Loaded<ClientConfig> loadClient(Path file, Map<String, String> environment) {
        return clientFrom(readTree(file), file, environment);
    }

    /** Reads a server file through Vert.x Config. */
    public static Future<Loaded<ServerConfig>> loadServer(Vertx vertx, Path file, Map<String, String> environment) {
        return load(vertx, file, tree -> serverFrom(tree, file, environment));
    }

    /** Reads a client file through Vert.x Config. */
    public static Future<Loaded<ClientConfig>> loadClient(Vertx vertx, Path file, Map<String, String> environment) {
        return load(vertx, file, tree -> clientFrom(tree, file, environment));
    }

    /**
     * A server from a tree shaped like its file, such as a verticle's {@code config()}.
     *
     * @param tree with {@code server}, {@code clients}…; positions are known if it is from {@link #readTree}
     * @param file what relative paths and the standard name go by; need not exist
     */
    public static Loaded<ServerConfig> serverFrom(JsonObject tree, Path file, Map<String, String> environment) {
        return new ServerReader(new Document(file, tree), environment).read();
    }

    /** A client from a tree shaped like its file; see {@link #serverFrom}. */
    public static Loaded<ClientConfig> clientFrom(JsonObject tree, Path file, Map<String, String> environment) {
        return new ClientReader(new Document(file, tree), environment).read();
    }

    /** As above, for a tree of {@link #readTree}, which knows its file; any other goes by the working directory. */
    public static Loaded<ServerConfig> serverFrom(JsonObject tree, Map<String, String> environment) {
        return serverFrom(tree, fileOf(tree, FileKind.SERVER), environment);
    }

    /** As above, for a tree of {@link #readTree}, which knows its file; any other goes by the working directory. */
    public static Loaded<ClientConfig> clientFrom(JsonObject tree, Map<String, String> environment) {
        return clientFrom(tree, fileOf(tree, FileKind.CLIENT), environment);
    }

    /**
     * A client from the command line alone.
     *
     * @param tree shaped like a client file; values may be texts as the user typed them
     * @param origin stands for the file: relative paths go by its folder, the standard name by all of it
     * @param options which option gives which key, for messages: {@code "client.server_addr"} → {@code "--server"},
     *     {@code "proxies[0].publish_port"} → {@code "--publish"}; also those that were not given
     */
    public static Loaded<ClientConfig> clientFromOptions(
            JsonObject tree, Path origin, Map<String, String> options, Map<String, String> environment) {
        return new ClientReader(new Document(origin, OptionTexts.typed(tree), options), environment).read();
    }

    /**
     * A file as a tree that a verticle can take as its {@code config()}. It remembers positions and mistakes in the
     * syntax (under keys that begin with {@code #}) for {@link #serverFrom} and {@link #clientFrom}.
     *
     * @throws ConfigException if the file cannot be read
     */
    public static JsonObject readTree(Path file) {
        try {
            return TomlSource.parse(file.toString(), Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
    }

    /**
     * The file that a tree was read from by {@link #readTree}: what {@link #serverFrom} and {@link #clientFrom} want of a
     * verticle's {@code config()}.
     *
     * @param otherwise for a tree that came from no file
     */
    public static Path fileOf(JsonObject tree, Path otherwise) {
        final String name = tree.getString(Document.FILE);
        return name == null ? otherwise : Path.of(name);
    }

    /** Whether a tree was read from a file by {@link #readTree}. */
    public static boolean isFromFile(JsonObject tree) {
        return tree.containsKey(Document.FILE);
    }

    /** Whose file it is, or null if it has neither {@code [server]} nor {@code [client]}, or both. */
    public static @Nullable FileKind kindOf(Path file) {
        return Tables.kindOf(readTree(file));
    }

    private static Path fileOf(JsonObject tree, FileKind kind) {
        return Path.of(tree.getString(Document.FILE, kind + ".toml"));
    }

    private static <T> Future<T> load(Vertx vertx, Path file, Function<JsonObject, T> read) {
        final ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat(TomlConfigProcessor.FORMAT)
                .setConfig(TomlConfigProcessor.keepingMistakes(file));
        final ConfigRetriever retriever = ConfigRetriever.create(
                vertx, new ConfigRetrieverOptions().setScanPeriod(-1).addStore(store));
        return retriever
                .getConfig()
                .eventually(retriever::close)
                .recover(thrown ->
                        Future.failedFuture(thrown instanceof ConfigException ? thrown : unreadable(file, thrown)))
                .compose(tree -> vertx.executeBlocking(() -> read.apply(tree), false));
    }

    private static ConfigException unreadable(Path file, Throwable thrown) {
        final String sentence = "cannot read this file, " + KnownFiles.fault(file, thrown);
        return new ConfigException(new Problem(file.toString(), 0, 0, "", sentence, null));
    }
}
