package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A long path with a router in it, to about a millisecond: all connections through it share a {@link Lane} each way. The
 * kernel's buffers at its ends are small, so that what waits, waits where it would on a real path: in the sender, and in
 * the router's queue.
 */
final class ShapedRelay implements AutoCloseable {
    private static final int KERNEL_BUFFER = 64 * 1024;
    private static final int BACKLOG = 64;

    /** Some bytes on their way; none means that their sender has ended. */
    private record Packet(byte[] bytes, long arrival) {}

    /** One connection through it. */
    private record Strand(Socket near, Socket far) {}

    private final Shape shape;
    private final int target;
    private final Lane up;
    private final Lane down;
    private final ServerSocket listener = new ServerSocket();
    private final Set<Strand> strands = ConcurrentHashMap.newKeySet();

    private ShapedRelay(Shape shape, int target) throws IOException {
        this.shape = shape;
        this.target = target;
        this.up = new Lane(shape);
        this.down = new Lane(shape);
        // Accepted sockets inherit it; later it would come too late for the window.
        listener.setReceiveBufferSize(KERNEL_BUFFER);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        start("shaped-accept", this::accept);
    }

    /** @param target port that it leads to */
    static ShapedRelay to(int target, Shape shape) throws IOException {
        return new ShapedRelay(shape, target);
    }

    /** Where the client dials. */
    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listener.accept();
            Socket far = new Socket();
            far.setReceiveBufferSize(KERNEL_BUFFER);
            for (Socket end : new Socket[] {near, far}) {
                end.setSendBufferSize(KERNEL_BUFFER);
                end.setTcpNoDelay(true);
            }
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            Strand strand = new Strand(near, far);
            strands.add(strand);
            carry(strand, near, far, up);
            carry(strand, far, near, down);
        }
    }

    private void carry(Strand strand, Socket from, Socket to, Lane lane) {
        // Bounded by the lane, in time.
        BlockingQueue<Packet> flying = new LinkedBlockingQueue<>();
        start("shaped-in", () -> {
            try {
                depart(from.getInputStream(), lane, flying);
            } catch (IOException e) {
                cut(strand);
            }
        });
        start("shaped-out", () -> {
            try {
                arrive(flying, to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException e) {
                cut(strand);
            }
        });
    }

    private void depart(InputStream in, Lane lane, BlockingQueue<Packet> flying) throws IOException {
        byte[] buffer = new byte[shape.packet()];
        int length;
        do {
            lane.awaitRoom();
            length = Math.max(0, in.read(buffer));
            flying.add(new Packet(Arrays.copyOf(buffer, length), lane.send(length)));
        } while (length > 0);
    }

    private static void arrive(BlockingQueue<Packet> flying, OutputStream out) throws IOException {
        try {
            Packet packet = flying.take();
            Lane.parkUntil(packet.arrival());
            while (packet.bytes().length > 0) {
                out.write(packet.bytes());
                packet = flying.take();
                Lane.parkUntil(packet.arrival());
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** One of its ends is gone: so is the other. */
    private void cut(Strand strand) {
        strands.remove(strand);
        try {
            strand.near().close();
            strand.far().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a thread of the relay does until its socket is closed. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        if (!listener.isClosed()) {
                            throw new UncheckedIOException(e);
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        strands.forEach(this::cut);
    }
}
