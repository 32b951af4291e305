package io.tlstunnel.reload;

import io.tlstunnel.config.ConfigChanges;
import io.tlstunnel.config.ConfigException;
import io.tlstunnel.config.Loaded;
import io.tlstunnel.config.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a configuration again, has it applied and says what came of it; never two at a time. Any thread.
 *
 * @param <C> the configuration's record
 */
public final class Reloader<C> {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /**
     * Where the configuration comes from.
     *
     * @param file to be watched, and shown
     * @param read reads it as at the start; may block; throws a {@link ConfigException} with every mistake
     * @param applied told what has been applied, for what is not the host's
     */
    public record Source<C>(Path file, Supplier<Loaded<C>> read, Consumer<C> applied) {}

    /** Applies what may change while the program runs. */
    public interface Host<C> {
        /** Completes with what was different. Any thread. */
        Future<ConfigChanges> renew(C config);
    }

    private final Vertx vertx;
    private final Source<C> source;
    private final Host<C> host;
    private final Consumer<Reloaded> told;
    private Future<Reloaded> last = Future.succeededFuture();
    private @Nullable FileWatch watch;
    private Duration watchedEach = Duration.ZERO;
    private boolean closed;

    /** @param told of each outcome, for a metric */
    public Reloader(Vertx vertx, Source<C> source, Host<C> host, Consumer<Reloaded> told) {
        this.vertx = vertx;
        this.source = source;
        this.host = host;
        this.told = told;
    }

    /** Looks at the file every {@code interval} from now on; 0 = no longer. */
    public synchronized void watch(Duration interval) {
        if (closed || interval.equals(watchedEach)) {
            return;
        }
        stopWatching();
        watchedEach = interval;
        if (!interval.isZero()) {
            watch = new FileWatch(vertx, source.file(), interval, this::reloadLater);
        }
    }

    private void reloadLater() {
        reload().onFailure(failure -> LOG.error("fault in a reload", failure));
    }

    /** Reads it now. What is wrong is an outcome, not a failure. */
    public synchronized Future<Reloaded> reload() {
        last = last.transform(done -> once());
        return last;
    }

    private Future<Reloaded> once() {
        return vertx.executeBlocking(() -> source.read().get(), false)
                .compose(loaded -> host.renew(loaded.config()).map(changes -> {
                    source.applied().accept(loaded.config());
                    return new Reloaded(source.file(), List.of(), loaded.warnings(), changes);
                }))
                .otherwise(this::refused)
                .onSuccess(told::accept)
                .onSuccess(this::log);
    }

    private Reloaded refused(Throwable failure) {
        if (failure instanceof ConfigException config) {
            return Reloaded.refused(source.file(), config.problems());
        }
        LOG.atDebug().setMessage("a reload failed").setCause(failure).log();
        String sentence = String.valueOf(failure.getMessage());
        return Reloaded.refused(
                source.file(), List.of(new Problem(source.file().toString(), 0, 0, "", sentence, null)));
    }

    private void log(Reloaded reloaded) {
        reloaded.mistakes()
                .forEach(mistake -> LOG.atWarn()
                        .setMessage("configuration not reloaded, nothing was changed")
                        .addKeyValue("mistake", mistake)
                        .log());
        reloaded.warnings()
                .forEach(warning -> LOG.atWarn()
                        .setMessage("configuration")
                        .addKeyValue("warning", warning)
                        .log());
        reloaded.changes()
                .restart()
                .forEach(key -> LOG.atWarn()
                        .setMessage("changed in the file, but needs a restart")
                        .addKeyValue("key", key)
                        .log());
        if (reloaded.isApplied()) {
            LOG.atInfo()
                    .setMessage("configuration reloaded")
                    .addKeyValue("file", source.file())
                    .addKeyValue("changed", reloaded.changes().live())
                    .log();
        }
    }

    /** No longer watches; what is under way goes on. */
    public synchronized void close() {
        closed = true;
        stopWatching();
    }

    private void stopWatching() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
