package io.tlstunnel.bench;

import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** The time in which something is counted: after a warm-up, for so many seconds. Cut short when a worker fails. */
final class Window {
    /** What was counted, and in how many seconds. */
    record Count(long amount, double seconds) {}

    private final CountDownLatch failed = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    boolean isOver() {
        return over;
    }

    Count measure(double warmUp, double seconds, LongSupplier counter) throws InterruptedException {
        pass(warmUp);
        System.out.println("begin");
        final long before = counter.getAsLong();
        final long start = System.nanoTime();
        pass(seconds);
        final long after = counter.getAsLong();
        final long end = System.nanoTime();
        System.out.println("end");
        over = true;
        return new Count(after - before, (end - start) / 1e9);
    }

    static void result(String format, Object... values) {
        System.out.println("{" + String.format(Locale.ROOT, format, values) + "}");
    }

    /** A thread whose failure ends the process with a message and code 1. */
    Thread worker(Work work) {
        final Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                failure.compareAndSet(null, e);
                failed.countDown();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    void check() {
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }

    private void pass(double seconds) throws InterruptedException {
        if (failed.await((long) (seconds * 1e9), TimeUnit.NANOSECONDS)) {
            failure.get().printStackTrace();
            System.exit(1);
        }
    }

    /** What may fail. */
    interface Work {
        void run() throws Exception;
    }
}
