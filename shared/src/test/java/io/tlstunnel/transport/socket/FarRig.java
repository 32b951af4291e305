package io.tlstunnel.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A Vert.x with far sockets, and blocking JDK sockets as their peers. Closing it finds what leaked. */
final class FarRig implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(20);

    static {
        // Most of what these tests wait for is there within a millisecond, and they wait some thousand times.
        Awaitility.setDefaultPollDelay(Duration.ofMillis(1));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    }

    final Vertx vertx;
    final FarSockets sockets;
    final Context loop;
    final Context otherLoop;
    final List<TestStream> streams = new ArrayList<>();

    private final DataPathUnderTest path;
    private final long allocatedBefore = activeAllocations();

    FarRig(DataPathUnderTest path) {
        this.path = path;
        this.vertx = path.vertx();
        this.sockets = path.sockets(vertx);
        this.loop = ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
        this.otherLoop = ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
        assertThat(VertxLoops.of(loop)).isNotSameAs(VertxLoops.of(otherLoop));
    }

    /** A stream that is connected to {@code peer}. */
    record Pair(TestStream stream, Socket peer) {}

    /** A visitor's connection. */
    Pair accepted() throws Exception {
        return accepted(0);
    }

    /** @param receiveBuffer of the peer, bytes; 0 for the system's */
    Pair accepted(int receiveBuffer) throws Exception {
        BlockingQueue<AcceptedSocket> accepted = new LinkedBlockingQueue<>();
        PublicListener listener = await(sockets.listen(loop, "127.0.0.1", 0, accepted::add));
        Socket peer = new Socket();
        if (receiveBuffer > 0) {
            peer.setReceiveBufferSize(receiveBuffer);
        }
        peer.connect(listener.address());
        AcceptedSocket socket = accepted.poll(10, TimeUnit.SECONDS);
        assertThat(socket).isNotNull();
        await(listener.close());
        return new Pair(stream(await(socket.attach(loop))), peer);
    }

    /** A local service's connection. */
    Pair dialled() throws Exception {
        try (ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            FarConnection connection = await(dial("127.0.0.1", service.getLocalPort(), 5000));
            return new Pair(stream(connection), service.accept());
        }
    }

    Future<FarConnection> dial(String host, int port, long timeoutMillis) {
        return startDial(host, port, timeoutMillis).connection();
    }

    Dial startDial(String host, int port, long timeoutMillis) {
        return onLoop(() -> sockets.dial(loop, host, port, timeoutMillis));
    }

    /** Runs {@code task} on the loop of the rig. */
    <T> T onLoop(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.runOnContext(v -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Starts a test stream, on another thread than the socket's if the path says so. */
    TestStream stream(FarConnection connection) {
        TestStream stream = TestStream.on(path.isHopping() ? HoppingFarSocket.hop(connection, otherLoop) : connection);
        streams.add(stream);
        return stream;
    }

    /** Waits until the loop has noticed every reset so far: it hears of a later one. */
    void noticeResets() throws Exception {
        Pair last = dialled();
        last.stream().readOn(1000);
        last.peer().setSoLinger(true, 0);
        last.peer().close();
        Awaitility.await().atMost(SOON).until(() -> last.stream().failure != null);
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    /** The failure of {@code future}, which must be of that type. */
    static <E extends Throwable> E failureOf(Class<E> type, Future<?> future) {
        Awaitility.await().atMost(SOON).until(future::isComplete);
        return type.cast(Objects.requireNonNull(future.cause(), "no failure"));
    }

    /** Reads to the end, in reads of at most {@code pieces} bytes. */
    static byte[] hashOfRest(Socket peer, int pieces) throws IOException {
        MessageDigest digest = TestStream.sha256();
        byte[] bytes = new byte[pieces];
        InputStream in = peer.getInputStream();
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
            digest.update(bytes, 0, n);
        }
        return digest.digest();
    }

    /** Reads exactly that much. */
    static byte[] hashOf(Socket peer, long bytes) throws IOException {
        MessageDigest digest = TestStream.sha256();
        InputStream in = peer.getInputStream();
        byte[] piece = new byte[64 * 1024];
        for (long left = bytes; left > 0; ) {
            int n = in.read(piece, 0, (int) Math.min(left, piece.length));
            assertThat(n).as("bytes before the end, with %d left", left).isPositive();
            digest.update(piece, 0, n);
            left -= n;
        }
        return digest.digest();
    }

    /** Sends the first {@code count} bytes of {@code seed}. */
    static void send(Socket peer, long seed, long count) throws IOException {
        OutputStream out = peer.getOutputStream();
        TestBytes bytes = new TestBytes(seed);
        for (long left = count; left > 0; left -= 32 * 1024) {
            out.write(bytes.next((int) Math.min(left, 32 * 1024)));
        }
    }

    @Override
    public void close() {
        await(vertx.close());
        for (TestStream stream : streams) {
            assertThat(stream.broken).as("contract, after %s", stream.events).isEmpty();
        }
        // The loops' threads are gone, and with them their caches: what is left in the pool now has leaked.
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(activeAllocations()).isEqualTo(allocatedBefore));
    }

    private static long activeAllocations() {
        return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }
}
