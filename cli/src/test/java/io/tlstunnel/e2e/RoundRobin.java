package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A plain TCP balancer on 127.0.0.1: each connection goes to the next node that answers, after those that a test wants. */
final class RoundRobin implements AutoCloseable {

    /** One way of a connection. */
    @FunctionalInterface
    private interface Carrying {
        void run() throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final int targetPort;
    private final int nodes;
    private final Queue<Integer> first;
    private final Set<Strand> strands = ConcurrentHashMap.newKeySet();
    private int last;

    /** @param first nodes that the first connections go to, one after the other */
    RoundRobin(int targetPort, int nodes, List<Integer> first) throws IOException {
        this.targetPort = targetPort;
        this.nodes = nodes;
        this.first = new ArrayDeque<>(first);
        start("balancer", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listener.accept();
            Socket far = next();
            near.setTcpNoDelay(true);
            Strand strand = new Strand(near, far);
            strands.add(strand);
            start("balancer-up", strand::carryUp);
            start("balancer-down", strand::carryDown);
        }
    }

    private Socket next() throws IOException {
        Integer wanted = first.poll();
        if (wanted != null) {
            return connect(wanted);
        }
        IOException failure = new IOException("a balancer of no nodes");
        for (int tried = 0; tried < nodes; tried++) {
            last = last % nodes + 1;
            try {
                return connect(last);
            } catch (IOException down) {
                failure = down; // The next one, as a balancer does after a failed check.
            }
        }
        throw failure;
    }

    private Socket connect(int node) throws IOException {
        Socket far = new Socket();
        far.setTcpNoDelay(true);
        far.connect(new InetSocketAddress(InetAddress.getByName("127.0.0." + node), targetPort), 1_000);
        return far;
    }

    private void start(String name, Carrying carrying) {
        Thread thread = new Thread(
                () -> {
                    try {
                        carrying.run();
                    } catch (IOException e) {
                        // Closed, or a node has gone: both are what tests do.
                        return;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        strands.forEach(Strand::cut);
    }
}
