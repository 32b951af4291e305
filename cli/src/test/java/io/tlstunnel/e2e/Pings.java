package io.tlstunnel.e2e;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * 64 bytes to an echo and back on one stream, every 20 ms, whether the last ones are back or not: one that is slow does
 * not hide that others would have been.
 */
final class Pings implements AutoCloseable {
    private static final int BYTES = 64;
    private static final Duration EVERY = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Round trips, the quickest first. */
    record Trips(List<Duration> sorted) {
        /** The one that {@code percent} in a hundred are not slower than. */
        Duration percentile(int percent) {
            return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
        }

        double millis(int percent) {
            return percentile(percent).toNanos() / 1e6;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d pings, p50 %.1f ms, p99 %.1f ms, slowest %.1f ms",
                    sorted.size(),
                    millis(50),
                    millis(99),
                    millis(100));
        }
    }

    private final Socket visitor;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pings");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Duration> trips = new ArrayList<>();
    private @Nullable IOException failure;

    private Pings(Socket visitor) {
        this.visitor = visitor;
        Thread reader = new Thread(this::hear, "pings-back");
        reader.setDaemon(true);
        reader.start();
        // A ping never throws: it notes its failure, which measure() tells.
        @SuppressWarnings("unused")
        var pinging = clock.scheduleAtFixedRate(this::ping, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @param port that leads to an echo */
    static Pings on(int port) throws IOException {
        return new Pings(Rig.visit(port));
    }

    private void ping() {
        ByteBuffer message = ByteBuffer.allocate(BYTES).putLong(System.nanoTime());
        try {
            visitor.getOutputStream().write(message.array());
        } catch (IOException e) {
            failed(e);
        }
    }

    private void hear() {
        try {
            DataInputStream in = new DataInputStream(visitor.getInputStream());
            while (true) {
                byte[] message = in.readNBytes(BYTES);
                if (message.length < BYTES) {
                    throw new EOFException("the echo ended");
                }
                back(Duration.ofNanos(
                        System.nanoTime() - ByteBuffer.wrap(message).getLong()));
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private synchronized void back(Duration trip) {
        trips.add(trip);
    }

    private synchronized void failed(IOException cause) {
        failure = cause;
    }

    private synchronized int count() {
        if (failure != null) {
            throw new AssertionError("the stream broke after " + trips.size() + " pings", failure);
        }
        return trips.size();
    }

    /** The pings that come back from now on, as many as are sent in that time. */
    Trips measure(Duration time) {
        int first = count();
        int wanted = (int) time.dividedBy(EVERY);
        Awaitility.await(wanted + " pings")
                .atMost(time.plus(PATIENCE))
                .pollInterval(EVERY)
                .until(() -> count() >= first + wanted);
        synchronized (this) {
            return new Trips(
                    trips.subList(first, first + wanted).stream().sorted().toList());
        }
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        visitor.close();
    }
}
