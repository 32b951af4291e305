package io.tlstunnel.e2e;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One visitor's stream that must go on whatever happens beside it: a small message there and back, all the time. */
final class Pulse implements AutoCloseable {
    private static final int MESSAGE = 64;
    private static final long EVERY_MILLIS = 20;

    private final Socket visitor;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pulse");
        thread.setDaemon(true);
        return thread;
    });
    private int beats;
    private Duration worst = Duration.ZERO;
    private @Nullable Throwable failure;

    private Pulse(Socket visitor) {
        this.visitor = visitor;
        // A beat never throws: it notes its failure, which stop() tells.
        @SuppressWarnings("unused")
        var beating = heart.scheduleWithFixedDelay(this::beat, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** @param port that leads to an echo */
    static Pulse on(int port) throws IOException {
        Pulse pulse = new Pulse(Rig.visit(port));
        Awaitility.await("a first message there and back").until(pulse::hasBegun);
        return pulse;
    }

    private synchronized boolean hasBegun() {
        return beats > 0 || failure != null;
    }

    private void beat() {
        long start = System.nanoTime();
        try {
            byte[] message = new byte[MESSAGE];
            Arrays.fill(message, (byte) start);
            visitor.getOutputStream().write(message);
            if (!Arrays.equals(message, visitor.getInputStream().readNBytes(MESSAGE))) {
                throw new IOException("another message came back, or the end");
            }
            beaten(Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            failed(e);
            throw new java.io.UncheckedIOException(e);
        }
    }

    private synchronized void beaten(Duration took) {
        beats++;
        worst = took.compareTo(worst) > 0 ? took : worst;
    }

    private synchronized void failed(Throwable cause) {
        failure = cause;
    }

    /** Fails if the stream was harmed. */
    synchronized void check() {
        if (failure != null) {
            throw new AssertionError("another visitor's stream was harmed after " + beats + " messages", failure);
        }
        if (beats == 0) {
            throw new AssertionError("not one message came back");
        }
    }

    /** The longest way there and back since the last call. */
    synchronized Duration worst() {
        Duration longest = worst;
        worst = Duration.ZERO;
        return longest;
    }

    @Override
    public void close() throws IOException {
        heart.shutdownNow();
        visitor.close();
    }
}
