package io.tlstunnel.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** New connections: connect, one byte there and back, close; so many at once. */
final class Connects {
    private final Window window = new Window();
    private final LongAdder done = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final int port;

    private Connects(int port) {
        this.port = port;
    }

    /** Arguments: port, connections at once, seconds of warm-up, seconds. */
    static void run(String[] arguments) throws InterruptedException {
        new Connects(Integer.parseInt(arguments[0]))
                .measure(
                        Integer.parseInt(arguments[1]),
                        Double.parseDouble(arguments[2]),
                        Double.parseDouble(arguments[3]));
    }

    private void measure(int atOnce, double warmUp, double seconds) throws InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            threads.add(window.worker(this::repeat));
        }
        final Window.Count count = window.measure(warmUp, seconds, done::sum);
        for (final Thread thread : threads) {
            thread.join();
        }
        Window.result(
                "\"amount\": %d, \"seconds\": %.6f, \"errors\": %d", count.amount(), count.seconds(), errors.sum());
    }

    private void repeat() {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(1);
        while (!window.isOver()) {
            try (SocketChannel channel = Sockets.visit(port, Order.ECHO)) {
                Sockets.writeAll(channel, bytes.clear());
                Sockets.readFully(channel, bytes.clear());
                done.increment();
            } catch (IOException refused) {
                errors.increment();
            }
        }
    }
}
