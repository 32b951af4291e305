package io.tlstunnel.transport.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitedFarSocketTest {
    private static final int RATE = 100_000;
    private static final int SLICE = RATE / 50;
    private static final Duration SECONDS = Duration.ofSeconds(10);
    /** What may be saved up, and a slice that is on its way. */
    private static final int SLACK = RATE / 10 + 2 * SLICE;

    private final VirtualTime time = new VirtualTime();
    private final Bandwidth bandwidth = new Bandwidth(RATE, time::nanoTime);
    private final List<ByteBuf> given = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleased() {
        assertThat(given).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    void readsAtThePace() {
        Visitor visitor = new Visitor(bandwidth);
        visitor.talks = true;
        visitor.socket.read(64 * 1024);
        time.pass(SECONDS);

        assertThat(visitor.read).isBetween(10 * RATE, 10 * RATE + SLACK);
    }

    @Test
    void writesAtThePaceInSlicesAndLosesNothing() {
        Visitor visitor = new Visitor(bandwidth);
        byte[] sent = bytes(3 * RATE);
        visitor.socket.write(buffer(sent));
        visitor.socket.flush();
        visitor.socket.shutdownOutput();

        time.pass(Duration.ofSeconds(1));
        assertThat(visitor.written.readableBytes()).isBetween(RATE, RATE + SLACK);
        assertThat(visitor.shut).isFalse();
        assertThat(visitor.largestWrite).isLessThanOrEqualTo(SLICE);
        time.pass(Duration.ofSeconds(2));
        assertThat(visitor.written.readableBytes()).isEqualTo(sent.length);
        assertThat(visitor.written).isEqualTo(Unpooled.wrappedBuffer(sent));
        assertThat(visitor.flushed).isEqualTo(sent.length);
        assertThat(visitor.shut).isTrue();
    }

    @Test
    void sharesThePaceFairly() {
        List<Visitor> visitors =
                IntStream.range(0, 20).mapToObj(i -> new Visitor(bandwidth)).toList();
        visitors.forEach(visitor -> {
            visitor.talks = true;
            visitor.socket.read(64 * 1024);
            visitor.socket.write(buffer(bytes(RATE)));
        });
        time.pass(SECONDS);

        assertThat(visitors.stream().mapToInt(visitor -> visitor.read).sum())
                .isBetween(10 * RATE, 10 * RATE + RATE / 10 + 21 * SLICE);
        assertThat(visitors.stream()
                        .mapToInt(visitor -> visitor.written.readableBytes())
                        .sum())
                .isBetween(10 * RATE - 20 * SLICE, 10 * RATE + SLACK);
        assertThat(visitors).allSatisfy(visitor -> {
            assertThat(visitor.read).isBetween(RATE / 2 - 2 * SLICE, RATE / 2 + 8 * SLICE);
            assertThat(visitor.written.readableBytes()).isBetween(RATE / 2 - 2 * SLICE, RATE / 2 + 8 * SLICE);
        });
        visitors.forEach(visitor -> visitor.socket.close());
    }

    @Test
    void theStricterOfTwoLimitsHolds() {
        Visitor visitor = new Visitor(bandwidth, new Bandwidth(RATE / 4, time::nanoTime));
        visitor.talks = true;
        visitor.socket.read(64 * 1024);
        time.pass(SECONDS);

        assertThat(visitor.read).isBetween(10 * RATE / 4, 10 * RATE / 4 + SLACK);
    }

    @Test
    void aChangedLimitHoldsForStreamsThatRun() {
        Visitor visitor = new Visitor(bandwidth);
        visitor.talks = true;
        visitor.socket.read(64 * 1024);
        time.pass(Duration.ofSeconds(1));
        visitor.read = 0;
        bandwidth.bytesPerSecond(4 * RATE);
        time.pass(SECONDS);

        assertThat(visitor.read).isBetween(40 * RATE - SLACK, 40 * RATE + 4 * SLACK);
    }

    @Test
    void anIdleStreamTakesNothingFromTheOthers() {
        for (int i = 0; i < 100; i++) {
            new Visitor(bandwidth).socket.read(64 * 1024);
        }
        Visitor visitor = new Visitor(bandwidth);
        visitor.talks = true;
        visitor.socket.read(64 * 1024);
        time.pass(SECONDS);

        assertThat(visitor.read).isGreaterThanOrEqualTo(10 * RATE);
    }

    @Test
    void aResetThatLingersStillSendsWhatWaited() {
        Visitor visitor = new Visitor(bandwidth);
        visitor.socket.write(buffer(bytes(3 * RATE)));
        visitor.socket.reset(1_000);

        assertThat(visitor.written.readableBytes()).isEqualTo(3 * RATE);
        assertThat(visitor.ended).isEqualTo("reset after 1000");
        assertThat(time.waiting()).isZero();
    }

    @Test
    void anEndDropsWhatWaitedAndPutsItBack() {
        Visitor visitor = new Visitor(bandwidth);
        visitor.talks = true;
        visitor.socket.read(64 * 1024);
        visitor.socket.write(buffer(bytes(3 * RATE)));
        time.pass(Duration.ofMillis(201));
        assertThat(time.waiting()).as("one waits to read, one to write").isEqualTo(2);
        visitor.socket.reset(0);
        visitor.socket.write(buffer(bytes(1)));
        visitor.socket.read(1);

        assertThat(time.waiting()).isZero();
        assertThat(visitor.ended).isEqualTo("reset after 0");
        time.pass(Duration.ofMillis(100));
        assertThat(new Pace(List.of(bandwidth.toVisitor())).take(RATE / 20)).isZero();
    }

    @Test
    void aFailureEndsItToo() {
        Visitor visitor = new Visitor(bandwidth);
        visitor.socket.write(buffer(bytes(3 * RATE)));
        visitor.socket.failed(FarSocketListener.FarFailure.RESET, "gone");

        assertThat(visitor.ended).isEqualTo("failed: gone");
        assertThat(time.waiting()).isZero();
    }

    private ByteBuf buffer(byte[] bytes) {
        ByteBuf buffer = Unpooled.buffer(bytes.length).writeBytes(bytes);
        given.add(buffer);
        return buffer;
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    /** Both sides of a limited socket: a kernel that does everything at once, and a stream that reads all it can. */
    private final class Visitor implements FarSocket, FarSocketListener {
        private final LimitedFarSocket socket;
        private final ByteBuf written = Unpooled.buffer();
        private boolean talks;
        private int read;
        private int largestWrite;
        private int flushed;
        private boolean shut;
        private String ended;

        Visitor(Bandwidth... limits) {
            List<Bandwidth> all = List.of(limits);
            socket = new LimitedFarSocket(
                    this,
                    new Pace(all.stream().map(Bandwidth::fromVisitor).toList()),
                    new Pace(all.stream().map(Bandwidth::toVisitor).toList()),
                    time);
            socket.listener(this);
        }

        @Override
        public void read(int max) {
            if (talks) {
                time.schedule(0, () -> {
                    if (ended == null) {
                        socket.data(buffer(bytes(max)), 0);
                        socket.readComplete();
                    }
                });
            }
        }

        @Override
        public void write(ByteBuf bytes) {
            largestWrite = Math.max(largestWrite, bytes.readableBytes());
            written.writeBytes(bytes);
            bytes.release();
        }

        @Override
        public void flush() {
            flushed = written.readableBytes();
        }

        @Override
        public void shutdownOutput() {
            shut = true;
        }

        @Override
        public void close() {
            ended = "closed";
        }

        @Override
        public void reset(long lingerMillis) {
            ended = "reset after " + lingerMillis;
        }

        @Override
        public void data(ByteBuf chunk, int headroom) {
            read += chunk.readableBytes();
            chunk.release();
            socket.read(64 * 1024);
        }

        @Override
        public void endOfInput() {
            throw new AssertionError();
        }

        @Override
        public void readComplete() {
            assertThat(read).isPositive();
        }

        @Override
        public void written(int bytes) {
            throw new AssertionError();
        }

        @Override
        public void outputShut() {
            throw new AssertionError();
        }

        @Override
        public void failed(FarFailure failure, String reason) {
            ended = "failed: " + reason;
        }
    }
}
