package io.tlstunnel.cli;

import io.tlstunnel.config.Engine;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link Running} until it ends or a signal comes, on the main thread: a first signal lets it finish what runs, a
 * second one ends the process at once. Vert.x is closed here, never on an event loop.
 */
final class Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /** On top of {@code drain_timeout}, which the parts keep by themselves. */
    private static final Duration DRAIN_MARGIN = Duration.ofSeconds(5);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Duration drain;
    private final CompletableFuture<Exit> end = new CompletableFuture<>();

    /** Set once it runs; held here, because Vert.x closes sockets whose owner the collector takes. */
    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

    private Supervisor(Duration drain) {
        this.drain = drain;
    }

    /**
     * Starts it and waits. Blocks.
     *
     * @param builder with what the caller wants of it, such as metrics; the kernel interface is added
     * @param drain how long a shutdown may take
     * @throws CliException if it cannot start or fails
     */
    static Exit run(
            VertxBuilder builder, Engine engine, Duration drain, Function<Vertx, Future<? extends Running>> start) {
        final Vertx vertx = vertx(builder, engine);
        final Supervisor supervisor = new Supervisor(drain);
        try {
            return Signals.during(() -> supervisor.supervise(start.apply(vertx)), supervisor::stop, supervisor::reload);
        } finally {
            Reference.reachabilityFence(supervisor);
            close(vertx);
        }
    }

    private Exit supervise(Future<? extends Running> starting) {
        starting.onComplete(
                started -> {
                    running.set(started);
                    started.ended().onComplete(end::complete, end::completeExceptionally);
                },
                end::completeExceptionally);
        return get(end);
    }

    /** What is only being started has just read its file. */
    private boolean reload() {
        final Running started = running.get();
        return started == null || started.reload();
    }

    private void stop() {
        final Running started = running.get();
        if (started == null) {
            end.complete(Exit.OK);
            return;
        }
        LOG.atInfo()
                .setMessage("stopping when what runs is finished; a second signal stops at once")
                .addKeyValue("limit", drain.toSeconds() + "s")
                .log();
        started.shutdown().onComplete(done -> end.complete(Exit.OK), end::completeExceptionally);
        CompletableFuture.delayedExecutor(drain.plus(DRAIN_MARGIN).toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (end.complete(Exit.OK)) {
                        LOG.warn("not everything was finished in time and is cut off");
                    }
                });
    }

    private static Vertx vertx(VertxBuilder builder, Engine engine) {
        try {
            return VertxRuntime.builder(builder, engine.io()).build();
        } catch (IllegalStateException e) {
            throw new CliException(Exit.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    /** Waits for a future off the event loops. */
    static <T> T await(Future<T> future) {
        return get(future.toCompletionStage().toCompletableFuture());
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw Failures.asException(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(Exit.RUNTIME, "interrupted", e);
        }
    }

    static void close(Vertx vertx) {
        try {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setMessage("Vert.x did not close cleanly").setCause(e).log();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
