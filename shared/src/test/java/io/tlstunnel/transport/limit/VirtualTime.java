package io.tlstunnel.transport.limit;

import io.tlstunnel.mux.Timers;
import java.time.Duration;
import java.util.PriorityQueue;

/** A clock that the test moves, and the timers on it. */
final class VirtualTime implements Timers {
    private record Task(long at, long number, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    /** The clock overflows after five seconds: only differences may mean something. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private long elapsed;
    private long scheduled;

    @Override
    public long nanoTime() {
        return START + elapsed;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Task later = new Task(elapsed + Math.max(0, delayNanos), scheduled++, task);
        tasks.add(later);
        return () -> tasks.remove(later);
    }

    int waiting() {
        return tasks.size();
    }

    void pass(Duration time) {
        long end = elapsed + time.toNanos();
        for (Task next = tasks.peek(); next != null && next.at() <= end; next = tasks.peek()) {
            tasks.remove();
            elapsed = next.at();
            next.run().run();
        }
        elapsed = end;
    }
}
