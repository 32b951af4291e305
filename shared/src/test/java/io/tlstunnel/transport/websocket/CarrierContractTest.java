package io.tlstunnel.transport.websocket;

import static io.tlstunnel.transport.testing.TransportRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.mux.Carrier;
import io.tlstunnel.transport.testing.ByteLog;
import io.tlstunnel.transport.testing.DataPath;
import io.tlstunnel.transport.testing.Frames;
import io.tlstunnel.transport.testing.RawClient;
import io.tlstunnel.transport.testing.TransportRig;
import io.tlstunnel.transport.testing.TransportRig.Accepted;
import io.tlstunnel.transport.testing.TransportRig.End;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the tunnel relies on in a carrier. */
class CarrierContractTest {
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

    private record Pair(End near, End far) {}

    private static Pair pair(DataPath path) {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WSS));
        End near = rig.dial(path, rig.target(accepted.front().port(), TransportKind.WSS));
        return new Pair(near, accepted.next());
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void abortsAtOnce(DataPath path) {
        Pair pair = pair(path);

        pair.near().run(() -> pair.near().connection().carrier().abort());

        assertThat(await(pair.near().log().whenClosed())).isEqualTo("dropped by this side");
        await(pair.far().log().whenClosed());
        assertThat(pair.near().log().timesClosed()).isOne();
        assertThat(pair.far().log().timesClosed()).isOne();
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void takesOverWhatIsWrittenAfterTheEnd(DataPath path) {
        Pair pair = pair(path);
        CompletableFuture<Integer> counts = new CompletableFuture<>();

        pair.near().run(() -> {
            Carrier carrier = pair.near().connection().carrier();
            carrier.close();
            ByteBuf single = carrier.allocate(8).writeZero(8);
            ByteBuf head = carrier.allocate(8).writeZero(8);
            ByteBuf payload = Unpooled.buffer(8).writeZero(8);
            carrier.write(single);
            carrier.write(head, payload);
            carrier.flush();
            carrier.close();
            carrier.abort();
            counts.complete(single.refCnt() + head.refCnt() + payload.refCnt());
        });

        assertThat(await(counts)).isZero();
        await(pair.near().log().whenClosed());
        assertThat(pair.near().log().timesClosed()).isOne();
        assertThat(await(pair.far().log().atLeast(0))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void isCalledOnItsContextOnly(DataPath path) {
        CompletableFuture<Context> received = new CompletableFuture<>();
        CompletableFuture<Context> closed = new CompletableFuture<>();
        ByteLog noting = new ByteLog() {
            @Override
            public synchronized void received(ByteBuf bytes) {
                bytes.release();
                received.complete(Vertx.currentContext());
            }

            @Override
            public void closed(String reason) {
                closed.complete(Vertx.currentContext());
            }
        };
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WSS), connection -> noting);
        End near = rig.dial(path, rig.target(accepted.front().port(), TransportKind.WSS));
        End far = accepted.next();

        near.send(new byte[10]);

        assertThat(await(received)).isSameAs(far.connection().context());
        near.run(() -> near.connection().carrier().close());
        assertThat(await(closed)).isSameAs(far.connection().context());
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void saysNothingMoreToAListenerThatAbortsInTheMiddle(DataPath path) throws Exception {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WS));
        try (RawClient client = RawClient.plain(accepted.front().port())) {
            client.upgrade("/tunnel");
            End far = accepted.next();
            AtomicInteger calls = new AtomicInteger();
            CompletableFuture<String> closed = new CompletableFuture<>();
            CompletableFuture<Void> ready = new CompletableFuture<>();
            far.run(() -> {
                far.connection().listener(new ByteLog() {
                    @Override
                    public synchronized void received(ByteBuf bytes) {
                        bytes.release();
                        calls.incrementAndGet();
                        far.connection().carrier().abort();
                        assertThat(closed).isNotDone(); // not from within
                    }

                    @Override
                    public void readComplete() {
                        calls.addAndGet(100);
                    }

                    @Override
                    public void closed(String reason) {
                        closed.complete(reason);
                    }
                });
                ready.complete(null);
            });
            await(ready);
            byte[] frame = Frames.masked(0x82, new byte[10]);

            client.send(Frames.join(frame, frame, frame));

            assertThat(await(closed)).isEqualTo("dropped by this side");
            assertThat(calls).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void stopsBeingWritableForAReaderThatStoppedAndCloseStillEndsInTime(DataPath path) throws Exception {
        Accepted accepted = rig.accepting(path, TransportRig.config(TransportKind.WS));
        try (RawClient stopped = RawClient.plain(accepted.front().port())) {
            stopped.upgrade("/tunnel");
            End far = accepted.next();
            CompletableFuture<Long> queued = new CompletableFuture<>();
            far.run(() -> {
                Carrier carrier = far.connection().carrier();
                long bytes = 0;
                for (int i = 0; i < 10_000 && carrier.isWritable(); i++) {
                    carrier.write(carrier.allocate(16_384).writeZero(16_384));
                    carrier.flush();
                    bytes += 16_384;
                }
                queued.complete(bytes);
            });
            assertThat(await(queued)).isLessThan(50_000_000L);
            long start = System.nanoTime();

            far.run(() -> far.connection().carrier().close());

            assertThat(await(far.log().whenClosed())).isEqualTo("closed by this side");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void tellsTheKeyThatTheBytesWereMaskedWith() {
        Accepted accepted = rig.accepting(DataPath.FAST, TransportRig.config(TransportKind.WSS));
        End near = rig.dial(DataPath.FAST, rig.target(accepted.front().port(), TransportKind.WSS));
        End far = accepted.next();
        int rounds = 200;
        CompletableFuture<Set<Integer>> keys = new CompletableFuture<>();
        near.run(() -> {
            Set<Integer> seen = new HashSet<>();
            Carrier carrier = near.connection().carrier();
            for (int i = 0; i < rounds; i++) {
                ByteBuf payload = carrier.allocate(i).writeZero(i);
                ByteBuf kept = payload.retainedDuplicate();
                int key;
                if (i % 2 == 0) {
                    key = carrier.write(payload);
                } else {
                    key = carrier.write(carrier.allocate(7).writeZero(i % 7), payload);
                }
                for (int at = 0; at < i; at++) { // zeros, so what is there now is the key
                    assertThat(kept.getByte(kept.readerIndex() + at)).isEqualTo((byte) (key >>> ((3 - at % 4) * 8)));
                }
                kept.release();
                seen.add(key);
            }
            carrier.flush();
            keys.complete(seen);
        });

        assertThat(await(keys)).hasSizeGreaterThan(rounds - 5);
        int total = 0;
        for (int i = 0; i < rounds; i++) {
            total += i + (i % 2 == 0 ? 0 : i % 7);
        }
        assertThat(await(far.log().atLeast(total))).containsOnly(0).hasSize(total);
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void changesNothingThatAnUnmaskedEndWrites(DataPath path) {
        Pair pair = pair(path);
        CompletableFuture<Integer> key = new CompletableFuture<>();

        pair.far().run(() -> {
            Carrier carrier = pair.far().connection().carrier();
            ByteBuf payload = Unpooled.copiedBuffer(new byte[] {1, 2, 3});
            ByteBuf kept = payload.retainedDuplicate();
            int returned = carrier.write(carrier.allocate(1).writeByte(0), payload);
            carrier.flush();
            assertThat(kept).isEqualTo(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
            kept.release();
            key.complete(returned);
        });

        assertThat(await(key)).isZero();
        assertThat(await(pair.near().log().atLeast(4))).isEqualTo(new byte[] {0, 1, 2, 3});
    }
}
