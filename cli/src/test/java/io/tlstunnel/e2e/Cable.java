package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The network between client and server: carries bytes until it is unplugged. */
final class Cable implements AutoCloseable {

    /** One connection through it. */
    private record Strand(Socket near, Socket far) {
        void cut() {
            for (Socket socket : List.of(near, far)) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private final int port;
    private final AtomicInteger carried = new AtomicInteger();
    private final List<Strand> strands = new CopyOnWriteArrayList<>();
    private volatile int target;
    private volatile ServerSocket listener;

    Cable(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        this.port = listener.getLocalPort();
        accept(listener);
    }

    /** Where the client dials. */
    int port() {
        return port;
    }

    /** Connections through it now. */
    int strands() {
        return strands.size();
    }

    /** Connections that were made through it so far. */
    int carried() {
        return carried.get();
    }

    /** Leads new connections to another port. */
    void leadTo(int newTarget) {
        target = newTarget;
    }

    /** Breaks every connection, and lets no new one through. */
    void unplug() throws IOException {
        listener.close();
        cut();
    }

    /** Breaks every connection; new ones are let through. */
    void cut() {
        strands.forEach(Strand::cut);
        strands.clear();
    }

    /** Breaks the oldest connection only. */
    void cutOne() {
        strands.remove(0).cut();
    }

    /** Lets connections through again. */
    void plug() throws IOException {
        ServerSocket next = new ServerSocket();
        next.setReuseAddress(true);
        next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener = next;
        accept(next);
    }

    private void accept(ServerSocket from) {
        thread("cable", () -> {
            while (true) {
                Socket near = from.accept();
                try {
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                    near.setTcpNoDelay(true);
                    far.setTcpNoDelay(true);
                    Strand strand = new Strand(near, far);
                    strands.add(strand);
                    carried.incrementAndGet();
                    thread("cable-up", () -> carry(strand, near, far));
                    thread("cable-down", () -> carry(strand, far, near));
                } catch (IOException e) {
                    // Nobody is there: the client hears it as it would from the network.
                    near.close();
                }
            }
        });
    }

    private void carry(Strand strand, Socket from, Socket to) throws IOException {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } finally {
            if (to.isClosed() || from.isClosed() || (from.isInputShutdown() && to.isInputShutdown())) {
                strands.remove(strand);
            }
        }
    }

    /** What a thread of the cable does until its socket is closed. */
    @FunctionalInterface
    private interface Carrying {
        void run() throws IOException;
    }

    private static void thread(String name, Carrying carrying) {
        Thread thread = new Thread(
                () -> {
                    try {
                        carrying.run();
                    } catch (IOException e) {
                        // Unplugged, or the end that it leads to went: both are what tests do.
                        return;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        unplug();
    }
}
