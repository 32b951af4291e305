package io.tlstunnel.reload;

import io.tlstunnel.config.TomlConfigProcessor;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when a file has changed and stays so for a moment: an editor may write it in parts. By Vert.x Config. */
final class FileWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final Duration SETTLED = Duration.ofMillis(300);

    private final Vertx vertx;
    private final Runnable changed;
    private final ConfigRetriever retriever;
    private volatile boolean closed;

    FileWatch(Vertx vertx, Path file, Duration interval, Runnable changed) {
        this.vertx = vertx;
        this.changed = changed;
        // A file that is gone for a moment is nothing to log each time; who reads it then says so once.
        final ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat(TomlConfigProcessor.FORMAT)
                .setOptional(true)
                .setConfig(TomlConfigProcessor.keepingMistakes(file));
        this.retriever = ConfigRetriever.create(
                vertx,
                new ConfigRetrieverOptions()
                        .setIncludeDefaultStores(false)
                        .setScanPeriod(interval.toMillis())
                        .addStore(store));
        retriever.listen(change -> settle(change.getNewConfiguration()));
        retriever.getConfig().onFailure(failure -> LOG.warn("the configuration cannot be watched", failure));
    }

    private void settle(JsonObject seen) {
        vertx.setTimer(
                SETTLED.toMillis(),
                timer -> retriever
                        .getConfig()
                        .onSuccess(now -> {
                            if (closed) {
                                return;
                            }
                            if (now.equals(seen)) {
                                changed.run();
                            } else {
                                settle(now);
                            }
                        })
                        .onFailure(gone -> changed.run()));
    }

    void close() {
        closed = true;
        retriever.close().onFailure(failure -> LOG.warn("the watch of the configuration did not end", failure));
    }
}
