package io.tlstunnel.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection that carries as much as it can in one direction. */
final class BulkStream {
    enum Direction {
        /** From the visitor to the service. */
        UP,
        DOWN
    }

    private final Window window;
    private final Direction direction;
    private final SocketChannel channel;
    private final Thread thread;
    private volatile long count;

    BulkStream(Window window, int port, Direction direction) throws IOException {
        this.window = window;
        this.direction = direction;
        this.channel = Sockets.visit(port, direction == Direction.UP ? Order.SINK : Order.SOURCE);
        this.thread = window.worker(direction == Direction.UP ? this::write : this::read);
    }

    /** Bytes that went until now. */
    long count() {
        return count;
    }

    /** After the window is over: ends the stream in good order. */
    void finish() throws IOException, InterruptedException {
        if (direction == Direction.DOWN) {
            channel.shutdownOutput();
        }
        thread.join();
        channel.close();
    }

    private void write() throws IOException {
        final ByteBuffer noise = Sockets.noise();
        long sent = 0;
        while (!window.isOver()) {
            Sockets.writeAll(channel, noise.rewind());
            sent += noise.capacity();
            count = sent;
        }
        channel.shutdownOutput();
        final ByteBuffer answer = ByteBuffer.allocate(Long.BYTES);
        Sockets.readFully(channel, answer);
        if (answer.getLong(0) != sent) {
            throw new IOException(sent + " bytes were sent and " + answer.getLong(0) + " came");
        }
    }

    private void read() throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(Sockets.BUFFER);
        long received = 0;
        for (int read = 0; read >= 0; read = channel.read(buffer.clear())) {
            received += read;
            count = received;
        }
    }
}
