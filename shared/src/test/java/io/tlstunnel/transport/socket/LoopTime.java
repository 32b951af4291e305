package io.tlstunnel.transport.socket;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/** CPU time of the event loops of a rig. */
final class LoopTime {

    private final List<Long> threads;
    private final Duration before;

    private LoopTime(List<Long> threads) {
        this.threads = threads;
        this.before = total();
    }

    /** Counts from now on. */
    static LoopTime of(FarRig rig) {
        return new LoopTime(List.of(thread(rig.loop), thread(rig.otherLoop)));
    }

    Duration spent() {
        return total().minus(before);
    }

    private Duration total() {
        return Duration.ofNanos(threads.stream()
                .mapToLong(ManagementFactory.getThreadMXBean()::getThreadCpuTime)
                .sum());
    }

    private static long thread(io.vertx.core.Context context) {
        var id = new java.util.concurrent.CompletableFuture<Long>();
        context.runOnContext(v -> id.complete(Thread.currentThread().getId()));
        return id.join();
    }
}
