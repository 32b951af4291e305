package io.tlstunnel.transport.socket;

import static io.tlstunnel.transport.socket.FarRig.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.tlstunnel.mux.FarSocketListener;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is special about hopping; all else is tested by the data path FAST_EPOLL_HOPPING. */
@Timeout(60)
class HoppingFarSocketTest {

    @Test
    void staysWhereItIsAtHome() throws Exception {
        try (FarRig rig = new FarRig(DataPathUnderTest.FAST_NIO);
                Socket peer = connectTwice(rig)) {
            FarConnection connection = rig.streams.get(0).connection;
            assertThat(HoppingFarSocket.hop(connection, rig.loop)).isSameAs(connection);
            assertThat(HoppingFarSocket.hop(connection, rig.otherLoop).context())
                    .isSameAs(rig.otherLoop);
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void releasesBytesThatWereOnTheirWayWhenItWasClosed() {
        try (FarRig rig = new FarRig(DataPathUnderTest.FAST_NIO)) {
            HoppingFarSocket hop = new HoppingFarSocket(rig.loop, rig.otherLoop);
            ByteBuf chunk = PooledByteBufAllocator.DEFAULT.directBuffer(100).writeZero(100);
            TestListener listener = new TestListener();
            rig.otherLoop.runOnContext(v -> {
                hop.listener(listener);
                // The socket says something in the very moment in which the stream closes it.
                FarSocketListener inbound = rig.onLoop(() -> hop.connect(new ClosedSocket()));
                rig.onLoop(() -> {
                    inbound.data(chunk, 0);
                    inbound.written(5);
                    return chunk;
                });
                hop.close();
            });
            await().atMost(SOON).until(() -> chunk.refCnt() == 0);
            await().during(Duration.ofMillis(100)).atMost(SOON).until(() -> listener.calls == 0);
        }
    }

    /** The socket's thread is done with the reset before the stream comes. */
    @Test
    void keepsWhatWentWrongUntilItsStreamStarts() throws Exception {
        try (FarRig rig = new FarRig(DataPathUnderTest.PLAIN_NIO);
                ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            FarConnection connection = FarRig.await(rig.dial("127.0.0.1", service.getLocalPort(), 5000));
            FarConnection hopping = HoppingFarSocket.hop(connection, rig.otherLoop);
            try (Socket peer = service.accept()) {
                peer.setSoLinger(true, 0);
            }
            rig.noticeResets();

            TestStream stream = TestStream.on(hopping);

            rig.streams.add(stream);
            await().atMost(SOON).until(() -> stream.failure == FarSocketListener.FarFailure.RESET);
        }
    }

    @Test
    void movesALiveSocketToAnotherThread() throws Exception {
        try (FarRig rig = new FarRig(DataPathUnderTest.FAST_NIO)) {
            FarRig.Pair pair = rig.dialled();
            try (Socket peer = pair.peer()) {
                pair.stream().readOn(1000);
                FarRig.send(peer, 1, 5000);
                await().atMost(SOON).until(() -> pair.stream().received == 5000);

                // Between two calls the socket gets a new listener, and the stream lives elsewhere from now on.
                FarConnection old = pair.stream().connection;
                HoppingFarSocket hop = new HoppingFarSocket(rig.loop, rig.otherLoop);
                TestListener listener = new TestListener();
                hop.listener(listener);
                rig.onLoop(() -> {
                    old.listener(hop.connect(old.socket()));
                    return hop;
                });
                FarRig.send(peer, 2, 500);
                // As much as the last read of the old listener asked for.
                await().atMost(SOON).until(() -> listener.bytes > 0);
                rig.otherLoop.runOnContext(v -> hop.reset(0));
            }
        }
    }

    private static Socket connectTwice(FarRig rig) throws Exception {
        return rig.dialled().peer();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private static final class TestListener implements FarSocketListener {
        volatile int calls;
        volatile int bytes;

        @Override
        public void data(ByteBuf chunk, int headroom) {
            calls++;
            bytes += chunk.readableBytes();
            chunk.release();
        }

        @Override
        public void endOfInput() {
            calls++;
        }

        @Override
        public void readComplete() {
            calls++;
        }

        @Override
        public void written(int count) {
            calls++;
        }

        @Override
        public void outputShut() {
            calls++;
        }

        @Override
        public void failed(FarFailure failure, String reason) {
            calls++;
        }
    }

    private static final class ClosedSocket implements io.tlstunnel.mux.FarSocket {
        @Override
        public void read(int max) {}

        @Override
        public void write(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void flush() {}

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {}

        @Override
        public void reset(long lingerMillis) {}
    }
}
