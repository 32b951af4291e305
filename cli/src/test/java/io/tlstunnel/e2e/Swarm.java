package io.tlstunnel.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Many visitors and the service that they come for, all on one thread of plain NIO. */
final class Swarm implements AutoCloseable {
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long SELECT_MILLIS = 100;
    private static final int BACKLOG = 4_096;

    private final long seed;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(32 * 1024);
    private final Set<Talker> talking = new HashSet<>();
    private final List<String> faults = new ArrayList<>();
    private int visitors;
    private long begun;
    private final AtomicLong servedStreams = new AtomicLong();
    private long progressAt;

    Swarm(long seed) throws IOException {
        this.seed = seed;
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Where the service listens. */
    int port() {
        return ((InetSocketAddress) listener.socket().getLocalSocketAddress()).getPort();
    }

    /** Streams that reached the service. Any thread. */
    long served() {
        return servedStreams.get();
    }

    /** Runs {@code count} streams through {@code publicPort}, {@code atOnce} at a time; returns what went wrong. */
    List<String> run(int publicPort, long count, int atOnce) throws IOException {
        return run(publicPort, () -> begun < count, atOnce);
    }

    /** The same with as many streams as begin while {@code more} says so. */
    List<String> run(int publicPort, BooleanSupplier more, int atOnce) throws IOException {
        progressAt = System.nanoTime();
        while (faults.isEmpty() && (more.getAsBoolean() || !talking.isEmpty())) {
            while (visitors < atOnce && more.getAsBoolean()) {
                visit(publicPort);
            }
            selector.select(SELECT_MILLIS);
            for (SelectionKey key : selector.selectedKeys()) {
                handle(key);
            }
            selector.selectedKeys().clear();
            if (System.nanoTime() - progressAt > STUCK_NANOS) {
                talking.forEach(talker -> faults.add("stuck: " + talker));
            }
        }
        return faults;
    }

    private void visit(int publicPort) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean connected = channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), publicPort));
        Talker talker = Talker.visitor(channel, StreamPlan.of(seed, begun++));
        visitors++;
        talking.add(talker);
        channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, talker);
    }

    private void handle(SelectionKey key) throws IOException {
        progressAt = System.nanoTime();
        if (!(key.attachment() instanceof Talker talker)) {
            accept();
            return;
        }
        if (key.isValid() && key.isConnectable()) {
            ((SocketChannel) key.channel()).finishConnect();
        }
        talker.go(key, buffer);
        if (talker.isDone()) {
            over(key, talker);
        }
    }

    private void over(SelectionKey key, Talker talker) {
        key.cancel();
        talking.remove(talker);
        if (talker.isVisitor()) {
            visitors--;
        }
        if (talker.fault() != null) {
            faults.add(talker.fault() + ": " + talker);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel;
        while ((channel = listener.accept()) != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Talker talker = Talker.service(channel, seed);
            servedStreams.incrementAndGet();
            talking.add(talker);
            channel.register(selector, SelectionKey.OP_READ, talker);
        }
    }

    @Override
    public void close() throws IOException {
        talking.forEach(Talker::close);
        listener.close();
        selector.close();
    }
}
