package io.tlstunnel.mux;

import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/** A thread of the simulated world: runs what it is given in order, each task after a while. */
final class SimThread implements Executor {
    private static final long LONGEST_WAIT_NANOS = 200_000;

    private final ManualTimers timers;
    private final SplittableRandom random;
    private long lastAt;

    SimThread(ManualTimers timers, SplittableRandom random) {
        this.timers = timers;
        this.random = random;
    }

    @Override
    public void execute(Runnable task) {
        lastAt = Math.max(lastAt, timers.nanoTime() + random.nextLong(LONGEST_WAIT_NANOS));
        timers.schedule(lastAt - timers.nanoTime(), task);
    }
}
