package io.tlstunnel.mux;

import io.tlstunnel.mux.resume.TunnelHandle;

/** A tunnel on a thread of the simulated world. */
abstract class SimHandle implements TunnelHandle {
    private final SimThread loop;
    private final ManualTimers timers;
    private boolean flushing;

    SimHandle(SimThread loop, ManualTimers timers) {
        this.loop = loop;
        this.timers = timers;
    }

    @Override
    public void run(Runnable task) {
        loop.execute(task);
    }

    @Override
    public boolean sharesThread(TunnelHandle other) {
        return ((SimHandle) other).loop == loop;
    }

    @Override
    public void flushSoon() {
        if (!flushing) {
            flushing = true;
            run(() -> {
                flushing = false;
                tunnel().flush();
            });
        }
    }

    @Override
    public long nanoTime() {
        return timers.nanoTime();
    }

    @Override
    public void runLater(long delayNanos, Runnable task) {
        timers.schedule(delayNanos, () -> run(task));
    }
}
