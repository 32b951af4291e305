package io.tlstunnel.client;

import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Problem;
import io.tlstunnel.reload.Reloader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of a client that was deployed as a bare verticle. */
final class ClientConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConfiguration.class);

    /** Stands for the file of a tree that has none: relative paths go by the working directory. */
    private static final Path ORIGIN = Path.of("client.toml");

    private ClientConfiguration() {}

    /** Its file, to be read again; null for a tree that came from none. */
    static Reloader.@Nullable Source<ClientConfig> source(JsonObject tree) {
        if (!ConfigFiles.isFromFile(tree)) {
            return null;
        }
        Path file = ConfigFiles.fileOf(tree, ORIGIN);
        return new Reloader.Source<>(file, () -> ConfigFiles.loadClient(file, System.getenv()), applied -> {});
    }

    static Future<ClientConfig> of(Vertx vertx, JsonObject tree) {
        return vertx.executeBlocking(
                        () -> ConfigFiles.clientFrom(tree, ConfigFiles.fileOf(tree, ORIGIN), System.getenv()))
                .map(loaded -> {
                    for (Problem warning : loaded.warnings()) {
                        LOG.atWarn()
                                .setMessage("configuration")
                                .addKeyValue("warning", warning)
                                .log();
                    }
                    return loaded.config();
                });
    }
}
