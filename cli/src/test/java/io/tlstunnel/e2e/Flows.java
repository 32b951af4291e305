package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Streams that carry all they can, one way, through a service of their own; what comes out is counted. */
final class Flows implements AutoCloseable {
    private static final int READ = 64 * 1024;

    enum Way {
        /** From visitor to service. */
        UP,
        /** From service to visitor. */
        DOWN
    }

    /** How hard a sender tries. */
    enum Greed {
        ORDINARY(16 * 1024, 0),
        /** The largest writes, and as much in the kernel as it takes. */
        GREEDY(1024 * 1024, 4 * 1024 * 1024);

        private final int write;
        private final int kernelBuffer;

        Greed(int write, int kernelBuffer) {
            this.write = write;
            this.kernelBuffer = kernelBuffer;
        }
    }

    private final Way way;
    private final Greed greed;
    private final Services service;
    private final List<AtomicLong> counts = new CopyOnWriteArrayList<>();
    private final List<Socket> visitors = new ArrayList<>();

    private Flows(Way way, Greed greed) throws IOException {
        this.way = way;
        this.greed = greed;
        this.service = Services.start(socket -> {
            if (way == Way.UP) {
                count(socket);
            } else {
                pour(socket);
            }
        });
    }

    static Flows of(Way way, Greed greed) throws IOException {
        return new Flows(way, greed);
    }

    /** Where the service listens. */
    int servicePort() {
        return service.port();
    }

    /** Lets that many visitors come to where the service is published, and waits until bytes of all have come out. */
    void open(int publicPort, int streams) throws IOException {
        for (int i = 0; i < streams; i++) {
            Socket visitor = Rig.visit(publicPort);
            visitors.add(visitor);
            Thread thread = new Thread(
                    () -> {
                        try {
                            visit(visitor);
                        } catch (IOException e) {
                            // Closed with the test; a stream that broke has a count that stands still.
                            return;
                        }
                    },
                    "visitor");
            thread.setDaemon(true);
            thread.start();
        }
        Awaitility.await("bytes of " + streams + " streams")
                .atMost(Duration.ofSeconds(30))
                .until(() -> counts.size() == visitors.size() && counts.stream().allMatch(count -> count.get() > 0));
    }

    private void visit(Socket visitor) throws IOException {
        if (way == Way.UP) {
            pour(visitor);
        } else {
            count(visitor);
        }
    }

    private void pour(Socket socket) throws IOException {
        if (greed.kernelBuffer > 0) {
            socket.setSendBufferSize(greed.kernelBuffer);
        }
        OutputStream out = socket.getOutputStream();
        byte[] bytes = new byte[greed.write];
        while (true) {
            out.write(bytes);
        }
    }

    private void count(Socket socket) throws IOException {
        AtomicLong count = new AtomicLong();
        counts.add(count);
        socket.setSoTimeout(0);
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[READ];
        int length;
        while ((length = in.read(bytes)) >= 0) {
            count.addAndGet(length);
        }
    }

    /** What has come out of each so far. */
    long[] counts() {
        return counts.stream().mapToLong(AtomicLong::get).toArray();
    }

    /** What has come out of all together. */
    long total() {
        return counts.stream().mapToLong(AtomicLong::get).sum();
    }

    @Override
    public void close() throws IOException {
        for (Socket visitor : visitors) {
            visitor.close();
        }
        service.close();
    }
}
