package io.tlstunnel.mux;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Virtual time: tasks run in the order of their instant and, within one, in the order they were scheduled. */
final class ManualTimers implements Timers {

    private final class Task implements Timer, Comparable<Task> {
        private final long at;
        private final long number;
        private final Runnable run;

        Task(long at, long number, Runnable run) {
            this.at = at;
            this.number = number;
            this.run = run;
        }

        @Override
        public void cancel() {
            tasks.remove(this);
        }

        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now;
    private long scheduled;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Task scheduledTask = new Task(now + Math.max(0, delayNanos), scheduled++, task);
        tasks.add(scheduledTask);
        return scheduledTask;
    }

    /** Tasks that wait. */
    int waiting() {
        return tasks.size();
    }

    /** Lets {@code nanos} pass. */
    void runFor(long nanos) {
        long end = now + nanos;
        runUntil(() -> false, nanos);
        now = end;
    }

    /** Lets time pass until {@code done}, at most {@code limitNanos}; says whether it is. */
    boolean runUntil(BooleanSupplier done, long limitNanos) {
        long end = now + limitNanos;
        while (!done.getAsBoolean()) {
            Task next = tasks.peek();
            if (next == null || next.at > end) {
                return false;
            }
            tasks.remove();
            now = next.at;
            next.run.run();
        }
        return true;
    }
}
