package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.PlatformDependent;
import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who stops reading costs one window, and no other stream notices. */
@Tag("alone")
@ParameterizedClass
@EnumSource(DataPath.class)
@ExtendWith(LeakCheck.class)
final class StalledReaderTest {

    private static final boolean FULL = Boolean.getBoolean("tlstunnel.full");
    private static final Duration STALL = Duration.ofSeconds(FULL ? 10 : 2);

    /** What waits for a stalled reader waits for as long as it stalls. */
    private static final Duration QUICK = STALL.dividedBy(20);

    private static final int PING_BYTES = 64;

    /** Bytes of running streams are counted once a second. */
    private static final Duration COUNTED_EVERY = Duration.ofMillis(1_200);

    private static final int MANY = FULL ? 200 : 8;

    /** More than all kernels' buffers on the way take: 4 MiB to send and 6 MiB to receive, twice. */
    private static final int BULK = 32 << 20;

    /** More than the kernels take, as above, where one of the buffers is small. */
    private static final int BULK_OF_MANY = 12 << 20;

    private static final int SMALL_KERNEL_BUFFER = 64 * 1024;

    /** Pools grow in chunks of up to 4 MiB, one or two for each loop. */
    private static final long POOLS = 64L << 20;

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private final DataPath path;

    @TempDir
    Path folder;

    private Rig rig;
    private Services echo;
    private ExecutorService threads;

    StalledReaderTest(DataPath path) {
        this.path = path;
    }

    /**
     * Paranoid detection notes each access to a buffer, and Vert.x masks four bytes at a time: a bulk transfer on the plain
     * path would take minutes. {@code StreamsTest} stays paranoid on both.
     */
    @BeforeEach
    void lookForLeaksLessOftenOnThePlainPath() {
        if (path == DataPath.PLAIN) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        }
    }

    @AfterEach
    void lookForLeaksAsBefore() {
        ResourceLeakDetector.setLevel(level);
    }

    @BeforeEach
    void start() throws IOException {
        echo = Services.echo();
        rig = new Rig(folder, path);
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
        echo.close();
        threads.shutdownNow();
    }

    @Test
    void aVisitorThatStopsReadingHarmsNoOther() throws Exception {
        AtomicLong said = new AtomicLong();
        try (Services bulk = Services.start(socket -> sayBulk(socket.getOutputStream(), BULK, said))) {
            Map<String, Integer> ports = publish("", "", bulk);
            try (Socket stalled = Rig.visit(ports.get("bulk"));
                    Socket ping = Rig.visit(ports.get("echo"))) {
                assertThat(stalled.getInputStream().read()).isEqualTo(byteAt(0));
                awaitStandstill();
                pingWhileStalled(ping);
                assertThat(said.get()).as("the service was held back").isLessThan(BULK);
                assertBulk(stalled.getInputStream(), 1, BULK);
            }
            assertThat(said.get()).isEqualTo(BULK);
        }
    }

    @Test
    void aServiceThatStopsReadingHarmsNoOther() throws Exception {
        CountDownLatch resume = new CountDownLatch(1);
        CountDownLatch heard = new CountDownLatch(1);
        try (Services bulk = Services.start(socket -> {
            await(resume);
            assertBulk(socket.getInputStream(), 0, BULK);
            heard.countDown();
        })) {
            Map<String, Integer> ports = publish("", "", bulk);
            AtomicLong said = new AtomicLong();
            try (Socket visitor = Rig.visit(ports.get("bulk"));
                    Socket ping = Rig.visit(ports.get("echo"))) {
                Future<?> saying = threads.submit(() -> {
                    sayBulk(visitor.getOutputStream(), BULK, said);
                    visitor.shutdownOutput();
                    return null;
                });
                awaitStandstill();
                pingWhileStalled(ping);
                assertThat(said.get()).as("the visitor was held back").isLessThan(BULK);
                resume.countDown();
                saying.get(60, TimeUnit.SECONDS);
                assertThat(heard.await(60, TimeUnit.SECONDS))
                        .as("every byte arrived")
                        .isTrue();
            }
        }
    }

    @Test
    void manyThatStopReadingStayWithinTheBudget() throws Exception {
        AtomicLong said = new AtomicLong();
        try (Services bulk = Services.start(socket -> {
            socket.setSendBufferSize(SMALL_KERNEL_BUFFER);
            sayBulk(socket.getOutputStream(), BULK_OF_MANY, said);
        })) {
            Map<String, Integer> ports = publish("memory_budget = \"1MiB\"", "memory_budget = \"1MiB\"", bulk);
            long idle = PlatformDependent.usedDirectMemory();
            List<Socket> stalled = new ArrayList<>();
            try (Socket ping = Rig.visit(ports.get("echo"))) {
                for (int i = 0; i < MANY; i++) {
                    Socket socket = Rig.visitNarrowly(ports.get("bulk"), SMALL_KERNEL_BUFFER);
                    stalled.add(socket);
                    assertThat(socket.getInputStream().read()).isEqualTo(byteAt(0));
                }
                awaitStandstill();
                pingWhileStalled(ping);
                assertThat(said.get()).as("the service was held back").isLessThan((long) MANY * BULK_OF_MANY);
                // Each end holds its floor each way; the budget comes on top.
                long allowed = 2L * MANY * 2 * 16 * 1024 + 2 * (1 << 20) + POOLS;
                assertThat(PlatformDependent.usedDirectMemory() - idle).isLessThan(allowed);
                List<Future<?>> readers = new ArrayList<>();
                for (Socket socket : stalled) {
                    readers.add(threads.submit(() -> {
                        assertBulk(socket.getInputStream(), 1, BULK_OF_MANY);
                        return null;
                    }));
                }
                for (Future<?> reader : readers) {
                    reader.get(120, TimeUnit.SECONDS);
                }
            } finally {
                for (Socket socket : stalled) {
                    socket.close();
                }
            }
            assertThat(said.get()).isEqualTo((long) MANY * BULK_OF_MANY);
        }
    }

    // ---- steps ------------------------------------------------------------------------------------------------------

    private Map<String, Integer> publish(String serverKeys, String clientKeys, Services bulk) throws IOException {
        rig.startServer(serverKeys, "");
        TunnelClient client = rig.startClient(rig.clientConfig(
                "client", clientKeys, Rig.proxy("bulk", 0, bulk.port()) + Rig.proxy("echo", 0, echo.port())));
        return Rig.ports(client).stream().collect(Collectors.toMap(Published::proxy, Published::port));
    }

    /** All buffers on the way are full: nothing has come out of the tunnel between two looks. */
    private void awaitStandstill() {
        AtomicLong before = new AtomicLong(-1);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(COUNTED_EVERY)
                .pollInterval(COUNTED_EVERY)
                .until(() -> {
                    long now = rig.server().metrics().streams().bytesIn()
                            + rig.server().metrics().streams().bytesOut();
                    return before.getAndSet(now) == now;
                });
    }

    /** Pings for as long as the others are stalled. How quick they are depends on the machine: a stall is told from that. */
    private void pingWhileStalled(Socket ping) throws IOException {
        byte[] bytes = new byte[PING_BYTES];
        List<Long> nanos = new ArrayList<>();
        long end = System.nanoTime() + STALL.toNanos();
        while (System.nanoTime() < end) {
            long begun = System.nanoTime();
            ping.getOutputStream().write(bytes);
            assertThat(ping.getInputStream().readNBytes(PING_BYTES)).hasSize(PING_BYTES);
            nanos.add(System.nanoTime() - begun);
        }
        nanos.sort(null);
        long p99 = nanos.get(nanos.size() * 99 / 100);
        System.out.printf(
                "figures: %s: %d pings beside stalled streams, p50 %d us, p99 %d us, longest %d us%n",
                path,
                nanos.size(),
                nanos.get(nanos.size() / 2) / 1_000,
                p99 / 1_000,
                nanos.get(nanos.size() - 1) / 1_000);
        assertThat(Duration.ofNanos(p99)).as("p99 of the pings").isLessThan(QUICK);
    }

    private static int byteAt(long offset) {
        return (int) ((offset * 7 + (offset >>> 10)) & 0xFF);
    }

    private static void sayBulk(OutputStream out, int length, AtomicLong said) throws IOException {
        byte[] piece = new byte[16 * 1024];
        for (int offset = 0; offset < length; offset += piece.length) {
            for (int i = 0; i < piece.length; i++) {
                piece[i] = (byte) byteAt(offset + i);
            }
            out.write(piece);
            said.addAndGet(piece.length);
        }
    }

    private static void assertBulk(InputStream in, int from, int length) throws IOException {
        byte[] piece = new byte[16 * 1024];
        int offset = from;
        while (offset < length) {
            int got = in.read(piece);
            assertThat(got).as("bytes at " + offset).isPositive();
            for (int i = 0; i < got; i++) {
                if ((piece[i] & 0xFF) != byteAt(offset + i)) {
                    throw new AssertionError("another byte than was sent at " + (offset + i));
                }
            }
            offset += got;
        }
        assertThat(offset).isEqualTo(length);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("not told to go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
