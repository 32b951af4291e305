package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A plain TCP balancer on 127.0.0.1: each connection goes to the first node of its choice that answers. */
final class PlainBalancer implements AutoCloseable {

    /** The nodes that the next connection may go to, the best one first. */
    @FunctionalInterface
    private interface Choice {
        List<Integer> next(Map<Strand, Integer> strands);
    }

    private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final int targetPort;
    private final Choice choice;
    /** And the node of each. */
    private final Map<Strand, Integer> strands = new ConcurrentHashMap<>();

    private PlainBalancer(int targetPort, Choice choice) throws IOException {
        this.targetPort = targetPort;
        this.choice = choice;
        Carrying.start("balancer", this::accept);
    }

    /**
     * To one node after the other.
     *
     * @param first nodes that the first connections go to instead
     */
    static PlainBalancer roundRobin(int targetPort, int nodes, List<Integer> first) throws IOException {
        Queue<Integer> wanted = new ArrayDeque<>(first);
        Queue<Integer> turns = new ArrayDeque<>(nodes(nodes).toList());
        return new PlainBalancer(targetPort, strands -> {
            Integer now = wanted.poll();
            if (now != null) {
                return List.of(now);
            }
            List<Integer> order = List.copyOf(turns);
            turns.add(turns.remove());
            return order;
        });
    }

    /**
     * To the node that has the fewest.
     *
     * @param others connections of others that each node has
     */
    static PlainBalancer leastConnections(int targetPort, List<Integer> others) throws IOException {
        return new PlainBalancer(
                targetPort,
                strands -> nodes(others.size())
                        .sorted(Comparator.comparing(node -> others.get(node - 1) + open(strands, node)))
                        .toList());
    }

    private static Stream<Integer> nodes(int count) {
        return IntStream.rangeClosed(1, count).boxed();
    }

    private static long open(Map<Strand, Integer> strands, int node) {
        return strands.entrySet().stream()
                .filter(entry -> entry.getValue() == node && !entry.getKey().isOver())
                .count();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listener.accept();
            near.setTcpNoDelay(true);
            carry(near);
        }
    }

    private void carry(Socket near) throws IOException {
        IOException failure = new IOException("a balancer of no nodes");
        for (int node : choice.next(strands)) {
            try {
                Strand strand = new Strand(near, connect(node));
                strands.put(strand, node);
                Carrying.start("balancer-up", strand::carryUp);
                Carrying.start("balancer-down", strand::carryDown);
                return;
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

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        strands.keySet().forEach(Strand::cut);
    }
}
