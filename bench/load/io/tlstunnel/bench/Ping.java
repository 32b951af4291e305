package io.tlstunnel.bench;

import io.tlstunnel.bench.BulkStream.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** 64 bytes there and back again on one stream, alone or beside one bulk stream. */
final class Ping {
    private static final int SIZE = 64;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE);
    private final Samples samples = new Samples();
    private final SocketChannel channel;
    private volatile long count;

    private Ping(SocketChannel channel) {
        this.channel = channel;
    }

    /** Arguments: port, {@code alone | up | down}, seconds of warm-up, seconds. */
    static void run(String[] arguments) throws IOException, InterruptedException {
        final int port = Integer.parseInt(arguments[0]);
        final Window window = new Window();
        final List<BulkStream> beside = new ArrayList<>();
        if (!arguments[1].equals("alone")) {
            beside.add(new BulkStream(window, port, arguments[1].equals("up") ? Direction.UP : Direction.DOWN));
        }
        try (SocketChannel channel = Sockets.visit(port, Order.ECHO)) {
            final Ping ping = new Ping(channel);
            final double warmUp = Double.parseDouble(arguments[2]);
            final long from = System.nanoTime() + (long) (warmUp * 1e9);
            final Thread thread = window.worker(() -> ping.until(window, from));
            final Window.Count count = window.measure(warmUp, Double.parseDouble(arguments[3]), () -> ping.count);
            thread.join();
            ping.tell(count);
        }
        for (final BulkStream stream : beside) {
            stream.finish();
        }
        window.check();
    }

    private void until(Window window, long from) throws IOException {
        while (!window.isOver()) {
            final long start = System.nanoTime();
            Sockets.writeAll(channel, bytes.clear());
            Sockets.readFully(channel, bytes.clear());
            if (start - from >= 0) {
                samples.add(System.nanoTime() - start);
            }
            count = count + 1;
        }
    }

    private void tell(Window.Count count) {
        Window.result(
                "\"amount\": %d, \"seconds\": %.6f, \"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f",
                count.amount(),
                count.seconds(),
                samples.quantile(0.5),
                samples.quantile(0.99),
                samples.quantile(0.999));
    }
}
