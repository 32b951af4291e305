package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Streams on which somebody sends all that is taken, and nobody reads. */
final class Stalled implements AutoCloseable {
    /** What the kernels hold is not what is looked at. */
    private static final int SMALL_KERNEL_BUFFER = 64 * 1024;

    private static final int WRITE = 16 * 1024;

    private static final int LOOKS = 3;

    /** Longer than any sender waits for its turn, on a loaded machine. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Set<Flows.Way> ways;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final Services service;
    private final List<Socket> visitors = new ArrayList<>();

    /** @param ways in which bytes are sent */
    Stalled(Set<Flows.Way> ways) throws IOException {
        this.ways = ways;
        this.service = Services.start(socket -> {
            served.incrementAndGet();
            if (ways.contains(Flows.Way.DOWN)) {
                pour(socket);
            } else {
                await(over);
            }
        });
    }

    /** Where the service listens. */
    int servicePort() {
        return service.port();
    }

    /** Lets visitors come to where the service is published, and waits until it has them all. */
    void come(int publicPort, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket visitor = Rig.visitNarrowly(publicPort, SMALL_KERNEL_BUFFER);
            visitors.add(visitor);
            if (ways.contains(Flows.Way.UP)) {
                Thread thread = new Thread(
                        () -> {
                            try {
                                pour(visitor);
                            } catch (IOException e) {
                                // Closed with the test.
                                return;
                            }
                        },
                        "stalled");
                thread.setDaemon(true);
                thread.start();
            }
        }
        Awaitility.await(count + " streams at the service").atMost(PATIENCE).until(() -> served.get() == count);
    }

    private void pour(Socket socket) throws IOException {
        socket.setSendBufferSize(SMALL_KERNEL_BUFFER);
        OutputStream out = socket.getOutputStream();
        byte[] bytes = new byte[WRITE];
        while (true) {
            out.write(bytes);
            sent.addAndGet(bytes.length);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Waits until all buffers on the way are full: nothing was taken any more for three looks. */
    void awaitStandstill() {
        AtomicLong before = new AtomicLong(-1);
        AtomicInteger alike = new AtomicInteger();
        Awaitility.await("nothing moves any more")
                .atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .until(() -> {
                    long now = sent.get();
                    alike.set(before.getAndSet(now) == now ? alike.get() + 1 : 0);
                    return alike.get() == LOOKS;
                });
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        for (Socket visitor : visitors) {
            visitor.close();
        }
        service.close();
    }
}
