package io.tlstunnel.bench;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers orders on a port of loopback until it is killed. */
final class Service {
    private static final int BACKLOG = 1024;
    private static final int ECHO_BUFFER = 64 * 1024;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ByteBuffer noise = Sockets.noise();

    /** Arguments: port. */
    static void run(String[] arguments) throws IOException {
        new Service().serve(Integer.parseInt(arguments[0]));
    }

    private void serve(int port) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(Sockets.loopback(port), BACKLOG);
            System.out.println("ready");
            while (true) {
                final SocketChannel visitor = server.accept();
                threads.execute(() -> answer(visitor));
            }
        }
    }

    private void answer(SocketChannel visitor) {
        try (visitor) {
            visitor.setOption(StandardSocketOptions.TCP_NODELAY, true);
            switch (Order.read(visitor)) {
                case ECHO -> echo(visitor);
                case SINK -> sink(visitor);
                case SOURCE -> source(visitor);
            }
        } catch (IOException gone) {
            System.err.println("a visitor was lost: " + gone.getMessage());
        }
    }

    private static void echo(SocketChannel visitor) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        while (visitor.read(buffer.clear()) >= 0) {
            final boolean full = !buffer.hasRemaining();
            Sockets.writeAll(visitor, buffer.flip());
            if (full && buffer.capacity() < ECHO_BUFFER) {
                buffer = ByteBuffer.allocateDirect(ECHO_BUFFER);
            }
        }
    }

    private static void sink(SocketChannel visitor) throws IOException {
        final long count = drain(visitor);
        Sockets.writeAll(visitor, ByteBuffer.allocate(Long.BYTES).putLong(count).flip());
    }

    private void source(SocketChannel visitor) throws IOException {
        final Ending ending = new Ending();
        threads.execute(() -> ending.await(visitor));
        while (!ending.came()) {
            Sockets.writeAll(visitor, noise.duplicate());
        }
    }

    private static long drain(SocketChannel visitor) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(Sockets.BUFFER);
        long count = 0;
        for (int read = 0; read >= 0; read = visitor.read(buffer.clear())) {
            count += read;
        }
        return count;
    }

    /** Notices, on a thread of its own, that the visitor has ended its direction. */
    private static final class Ending {
        private volatile boolean came;

        boolean came() {
            return came;
        }

        void await(SocketChannel visitor) {
            try {
                drain(visitor);
            } catch (IOException gone) {
                System.err.println("a visitor was lost: " + gone.getMessage());
            } finally {
                came = true;
            }
        }
    }
}
