package io.tlstunnel.transport.websocket;

import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.mux.Carrier;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.testing.ByteLog;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.Accepted;
import io.tlstunnel.transport.testing.TransportRig.End;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every byte arrives, in order, whatever the cut, both ways at once. */
class ByteStreamTest {
    private static final long TOTAL = 50_000_000;

    @SuppressWarnings("NullAway.Init")
    private static TransportRig rig;

    @BeforeAll
    static void open() {
        rig = new TransportRig();
    }

    @AfterAll
    static void closeRig() {
        rig.close();
    }

    @AfterEach
    void beParanoidAgain() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    static Stream<Arguments> ways() {
        return Stream.of(DataPath.values())
                .flatMap(server -> Stream.of(DataPath.values())
                        .flatMap(client ->
                                Stream.of(TransportKind.values()).map(kind -> Arguments.of(server, client, kind))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void carriesEveryByteBothWaysAtOnce(DataPath server, DataPath client, TransportKind kind) throws Exception {
        if (server == DataPath.PLAIN || client == DataPath.PLAIN) {
            // Netty's own codec touches a buffer for each word, and paranoia notes each touch with its stack.
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        }
        Accepted accepted =
                rig.accepting(server, TransportRig.config(kind), connection -> new Traffic(connection, 2, 1));
        End near = await(rig.dialling(
                client, rig.target(accepted.front().port(), kind), connection -> new Traffic(connection, 1, 2)));
        End far = accepted.next();

        Traffic up = (Traffic) near.log();
        Traffic down = (Traffic) far.log();
        near.run(up::pump);
        far.run(down::pump);

        up.received.get(120, TimeUnit.SECONDS);
        down.received.get(120, TimeUnit.SECONDS);
        assertThat(await(up.sent)).isEqualTo(TOTAL);
        assertThat(await(down.sent)).isEqualTo(TOTAL);
    }

    /** Byte {@code i} of a stream is a function of its seed and {@code i}, so that both ends know it. */
    private static final class Pattern {
        private static final int PERIOD = 65_521;
        private final byte[] bytes = new byte[2 * PERIOD];
        private long at;

        Pattern(int seed) {
            new Random(seed).nextBytes(bytes);
            System.arraycopy(bytes, 0, bytes, PERIOD, PERIOD);
        }

        void write(ByteBuf to, int count) {
            to.writeBytes(bytes, (int) (at % PERIOD), count);
            at += count;
        }

        /** In large steps: under paranoid leak detection each access to a buffer is recorded. */
        boolean matches(ByteBuf from) {
            byte[] came = new byte[from.readableBytes()];
            from.readBytes(came);
            for (int i = 0; i < came.length; ) {
                int start = (int) (at % PERIOD);
                int step = Math.min(came.length - i, PERIOD);
                if (!Arrays.equals(came, i, i + step, bytes, start, start + step)) {
                    return false;
                }
                i += step;
                at += step;
            }
            return true;
        }
    }

    private static final class Traffic extends ByteLog {
        private final Carrier carrier;
        private final Pattern out;
        private final Pattern in;
        private final Random random;
        private final CompletableFuture<Long> sent = new CompletableFuture<>();
        private final CompletableFuture<Long> received = new CompletableFuture<>();
        private long written;

        Traffic(CarrierConnection connection, int seedOut, int seedIn) {
            this.carrier = connection.carrier();
            this.out = new Pattern(seedOut);
            this.in = new Pattern(seedIn);
            this.random = new Random(seedOut);
        }

        private void pump() {
            while (carrier.isWritable() && written < TOTAL) {
                int size = (int) Math.min(TOTAL - written, size());
                if (random.nextBoolean()) {
                    ByteBuf frames = carrier.allocate(size);
                    out.write(frames, size);
                    carrier.write(frames);
                } else {
                    int head = random.nextInt(Math.min(size, 20) + 1);
                    ByteBuf first = carrier.allocate(head);
                    out.write(first, head);
                    ByteBuf rest = PooledByteBufAllocator.DEFAULT.directBuffer(size);
                    out.write(rest, size - head);
                    carrier.write(first, rest);
                }
                written += size;
            }
            carrier.flush();
            if (written == TOTAL) {
                sent.complete(written);
            }
        }

        private int size() {
            return switch (random.nextInt(4)) {
                case 0 -> 1 + random.nextInt(200);
                case 1 -> 65_500 + random.nextInt(36);
                default -> 1 + random.nextInt(65_536);
            };
        }

        @Override
        public synchronized void received(ByteBuf bytes) {
            try {
                assertThat(bytes.isReadable()).isTrue();
                if (!in.matches(bytes)) {
                    received.completeExceptionally(new AssertionError("wrong byte before " + in.at));
                } else if (in.at == TOTAL) {
                    received.complete(in.at);
                }
            } finally {
                bytes.release();
            }
        }

        @Override
        public void writable() {
            pump();
        }

        @Override
        public void closed(String reason) {
            received.completeExceptionally(new AssertionError(reason + " at " + in.at));
        }
    }
}
