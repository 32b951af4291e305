package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes through Vert.x Config is what comes from the file directly. */
@ExtendWith(VertxExtension.class)
class VertxLoadingTest {
    private final Path folder;

    VertxLoadingTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        Fixtures.copy("valid", folder.resolve("valid"));
        Fixtures.copy("invalid", folder.resolve("invalid"));
    }

    static List<String> valid() {
        return Fixtures.names("valid");
    }

    static List<String> invalid() {
        return Fixtures.names("invalid");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void givesTheSameRecord(String name, Vertx vertx) throws Exception {
        final Path file = folder.resolve("valid").resolve(name);

        assertThat(await(load(vertx, file))).isEqualTo(Fixtures.load(file, Map.of()));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void keepsPositions(String name, Vertx vertx) throws Exception {
        final Path file = folder.resolve("invalid").resolve(name);

        final ConfigException there = catchThrowableOfType(ConfigException.class, () -> await(load(vertx, file)));
        final ConfigException here = catchThrowableOfType(ConfigException.class, () -> Fixtures.load(file, Map.of()));

        assertThat(there.problems()).isEqualTo(here.problems());
    }

    @Test
    void saysWhyAFileCannotBeRead(Vertx vertx) {
        final Path missing = folder.resolve("missing.toml");
        final Path directory = folder;
        for (final Path file : List.of(missing, directory)) {
            final String fault = Files.exists(file) ? "which is a directory" : "which does not exist";
            final String sentence = file + ": cannot read this file, " + fault;

            assertThat(catchThrowableOfType(ConfigException.class, () -> await(load(vertx, file))))
                    .hasMessage(sentence);
            assertThat(catchThrowableOfType(ConfigException.class, () -> Fixtures.load(file, Map.of())))
                    .hasMessage(sentence);
        }
    }

    @Test
    void tomlIsAFormatForEverybody(Vertx vertx) throws Exception {
        final JsonObject tree = await(retrieve(vertx, folder.resolve("valid/client-guide.toml")));

        assertThat(tree.fieldNames()).containsExactlyInAnyOrder("client", "proxies");
        assertThat(tree.getJsonObject("client").getInteger("server_port")).isEqualTo(443);
        assertThat(tree.getJsonArray("proxies").getJsonObject(1).getString("name"))
                .isEqualTo("ssh-server");
    }

    @Test
    void brokenTomlFailsWithEveryMistakeInTheSyntax(Vertx vertx) {
        final ConfigException mistakes = catchThrowableOfType(
                ConfigException.class, () -> await(retrieve(vertx, folder.resolve("invalid/client-syntax.toml"))));

        assertThat(mistakes.problems()).extracting(Problem::line).containsExactly(2, 3, 4, 4, 5, 7, 8, 9, 10);
    }

    @Test
    void aVerticlesConfigGoesThroughTheSameChecks() {
        final Path file = folder.resolve("invalid/server-values.toml");
        final JsonObject config = new JsonObject(ConfigFiles.readTree(file).encode());

        final ConfigException there =
                catchThrowableOfType(ConfigException.class, () -> ConfigFiles.serverFrom(config, file, Map.of()));
        final ConfigException here = catchThrowableOfType(ConfigException.class, () -> Fixtures.load(file, Map.of()));

        assertThat(there.problems()).isEqualTo(here.problems());
    }

    @Test
    void aTreeKnowsTheFileItCameFrom() {
        final Path file = folder.resolve("valid/server-behind-balancer.toml");

        assertThat(ConfigFiles.serverFrom(ConfigFiles.readTree(file), Map.of()))
                .isEqualTo(Fixtures.load(file, Map.of()));
    }

    private static Future<? extends Loaded<? extends Record>> load(Vertx vertx, Path file) {
        return Fixtures.isServer(file)
                ? ConfigFiles.loadServer(vertx, file, Map.of())
                : ConfigFiles.loadClient(vertx, file, Map.of());
    }

    private static Future<JsonObject> retrieve(Vertx vertx, Path file) {
        final ConfigRetriever retriever = ConfigRetriever.create(
                vertx,
                new ConfigRetrieverOptions()
                        .addStore(new ConfigStoreOptions()
                                .setType("file")
                                .setFormat("toml")
                                .setConfig(new JsonObject().put("path", file.toString()))));
        return retriever.getConfig().eventually(retriever::close);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
