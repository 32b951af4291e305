package io.tlstunnel.metrics;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds event loops that no longer take their turn, by a task sent through each. At most one task waits at a loop and at
 * most one round is under way, however many ask. Called on the thread of {@code context}, which is none of the loops.
 */
final class LoopProbe {

    /** How long a loop may take to come round. */
    static final long PATIENCE_MILLIS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final List<Loop> loops;
    private @Nullable Round round;

    LoopProbe(Vertx vertx, Context context, List<EventExecutor> executors) {
        this.vertx = vertx;
        this.context = context;
        this.loops = IntStream.range(0, executors.size())
                .mapToObj(i -> new Loop(executors.get(i), "event loop " + i))
                .toList();
    }

    int size() {
        return loops.size();
    }

    /** The names of the loops that did not answer in time; never fails, and takes a second at most. */
    Future<List<String>> stuck() {
        final Round running = round;
        if (running != null) {
            return running.result.future();
        }
        final Round started = new Round();
        round = started;
        loops.forEach(Loop::send);
        started.checkDone();
        return started.result.future();
    }

    private void answered(Loop loop, String threadName) {
        loop.waiting = false;
        loop.name = threadName;
        if (round != null) {
            round.checkDone();
        }
    }

    /** One question to all loops. */
    private final class Round {
        private final Promise<List<String>> result = Promise.promise();
        private final long timer = vertx.setTimer(PATIENCE_MILLIS, id -> finish());

        private void checkDone() {
            if (loops.stream().noneMatch(loop -> loop.waiting) && vertx.cancelTimer(timer)) {
                finish();
            }
        }

        private void finish() {
            round = null;
            result.complete(loops.stream()
                    .filter(loop -> loop.waiting)
                    .map(loop -> loop.name)
                    .toList());
        }
    }

    /** One loop, whose name is known once it has answered. */
    private final class Loop {
        private final EventExecutor executor;
        private String name;
        private boolean waiting;

        private Loop(EventExecutor executor, String name) {
            this.executor = executor;
            this.name = name;
        }

        private void send() {
            if (waiting) {
                return;
            }
            waiting = true;
            try {
                executor.execute(() -> {
                    final String threadName = Thread.currentThread().getName();
                    context.runOnContext(back -> answered(this, threadName));
                });
            } catch (RejectedExecutionException e) {
                name = name + " (ended)";
            }
        }
    }
}
