package io.tlstunnel.cli;

import io.tlstunnel.config.Engine;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
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

    private Supervisor() {}

    /**
     * Starts it and waits. Blocks.
     *
     * @param drain how long a shutdown may take
     * @throws CliException if it cannot start or fails
     */
    static Exit run(Engine engine, Duration drain, Function<Vertx, Future<? extends Running>> start) {
        final Vertx vertx = vertx(engine);
        try {
            return supervise(await(start.apply(vertx)), drain);
        } finally {
            close(vertx);
        }
    }

    private static Exit supervise(Running running, Duration drain) {
        final CompletableFuture<Exit> end = new CompletableFuture<>();
        running.ended().onComplete(end::complete, end::completeExceptionally);
        try {
            return Signals.during(() -> get(end), () -> stop(running, drain, end));
        } finally {
            // Vert.x closes sockets whose owner the collector takes.
            Reference.reachabilityFence(running);
        }
    }

    private static void stop(Running running, Duration drain, CompletableFuture<Exit> end) {
        LOG.atInfo()
                .setMessage("stopping when what runs is finished; a second signal stops at once")
                .addKeyValue("limit", drain.toSeconds() + "s")
                .log();
        running.shutdown().onComplete(done -> end.complete(Exit.OK), end::completeExceptionally);
        CompletableFuture.delayedExecutor(drain.plus(DRAIN_MARGIN).toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (end.complete(Exit.OK)) {
                        LOG.warn("not everything was finished in time and is cut off");
                    }
                });
    }

    private static Vertx vertx(Engine engine) {
        try {
            return VertxRuntime.builder(engine.io()).build();
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
