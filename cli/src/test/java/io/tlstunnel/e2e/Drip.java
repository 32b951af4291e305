package io.tlstunnel.e2e;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes a text into a connection a byte at a time, until it is all there or the connection is gone. */
final class Drip implements Runnable {
    private static final long EVERY_MILLIS = 100;
    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "drip");
        thread.setDaemon(true);
        return thread;
    });

    private final Socket socket;
    private final byte[] bytes;
    private int next;
    private @Nullable ScheduledFuture<?> ticking;

    private Drip(Socket socket, byte[] bytes) {
        this.socket = socket;
        this.bytes = bytes;
    }

    static void into(Socket socket, String text) {
        Drip drip = new Drip(socket, text.getBytes(StandardCharsets.US_ASCII));
        synchronized (drip) {
            drip.ticking = CLOCK.scheduleAtFixedRate(drip, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void run() {
        try {
            socket.getOutputStream().write(bytes[next++]);
            if (next == bytes.length) {
                stop();
            }
        } catch (IOException ended) {
            stop();
        }
    }

    private void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }
}
