package io.tlstunnel.transport.socket;

import static io.tlstunnel.transport.socket.FarRig.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tlstunnel.mux.FarSocketListener.FarFailure;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class FarSocketResetTest {

    private static final String ALL = "io.tlstunnel.transport.socket.DataPathUnderTest#all";
    /** With nobody who reads. */
    private static final int MORE_THAN_KERNELS_TAKE = 32_000_000;

    private static final int MEGABYTE = 1_000_000;

    @ParameterizedTest
    @MethodSource(ALL)
    void tellsOfAResetWhileItReads(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.dialled();
            pair.stream().readOn(1000);
            FarRig.send(pair.peer(), 1, 5000);
            await().atMost(SOON).until(() -> pair.stream().received == 5000);
            reset(pair.peer());
            await().atMost(SOON).until(() -> pair.stream().failure == FarFailure.RESET);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void tellsOfAResetWhileItIsIdle(DataPathUnderTest path) throws Exception {
        assumeThat(path.noticesResetUnread()).isTrue();
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted();
            reset(pair.peer());
            await().atMost(SOON).until(() -> pair.stream().failure == FarFailure.RESET);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void tellsOfAResetWhenItWritesNext(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.dialled();
            reset(pair.peer());
            await().atMost(SOON).until(() -> {
                pair.stream().queue(2, 100);
                return pair.stream().failure == FarFailure.RESET;
            });
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void tellsOfAResetWhileBytesAreQueued(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted(4096);
            pair.stream().queue(3, 8 * MEGABYTE);
            await().during(Duration.ofMillis(100)).atMost(SOON).until(new Unchanged(() -> pair.stream().written));
            reset(pair.peer());
            await().atMost(SOON).until(() -> pair.stream().failure == FarFailure.RESET);
            assertThat(pair.stream().written).isLessThan(8 * MEGABYTE);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void deliversWhatCameBeforeAReset(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted();
            // Little enough to have left its sender: a reset drops the rest there.
            FarRig.send(pair.peer(), 4, 30_000);
            reset(pair.peer());
            await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> pair.stream().failure == null);
            LoopTime time = LoopTime.of(rig);
            await().during(Duration.ofMillis(600)).atMost(SOON).until(() -> pair.stream().failure == null);
            assertThat(time.spent())
                    .as("time of the loops while nothing happens")
                    .isLessThan(Duration.ofMillis(200));

            pair.stream().readOn(3000);
            await().atMost(SOON).until(() -> pair.stream().failure == FarFailure.RESET);
            assertThat(pair.stream().received).isEqualTo(30_000);
            assertThat(pair.stream().hash()).isEqualTo(TestBytes.hash(4, 30_000));
            assertThat(pair.stream().ended).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void tellsOfAResetAfterThePeersHalfClose(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted();
            pair.peer().shutdownOutput();
            pair.stream().readOn(1000);
            await().atMost(SOON).until(() -> pair.stream().ended);
            reset(pair.peer());
            await().atMost(SOON).until(() -> {
                pair.stream().queue(2, 100);
                return pair.stream().failure == FarFailure.RESET;
            });
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void tellsWhoStartsLateWhatHappenedBefore(DataPathUnderTest path) throws Exception {
        assumeThat(path.noticesResetUnread()).isTrue();
        try (FarRig rig = new FarRig(path);
                java.net.ServerSocket service = new java.net.ServerSocket(0)) {
            FarConnection connection = FarRig.await(rig.dial("127.0.0.1", service.getLocalPort(), 5000));
            reset(service.accept());
            rig.noticeResets();
            TestStream stream = rig.stream(connection);
            await().atMost(SOON).until(() -> stream.failure == FarFailure.RESET);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void resetsAPeerThatWasNeverWrittenToAtOnce(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted();
            try (Socket peer = pair.peer()) {
                peer.setSoTimeout(5000);
                pair.stream().reset(20_000);
                assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void deliversWhatIsQueuedBeforeItResets(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted(4096);
            try (Socket peer = pair.peer()) {
                pair.stream().queue(5, 2 * MEGABYTE).reset(4000);
                assertThat(FarRig.hashOf(peer, 2 * MEGABYTE)).isEqualTo(TestBytes.hash(5, 2 * MEGABYTE));
                assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
                assertThat(pair.stream().events).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void deliversToAHalfClosedPeerBeforeItResets(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted(4096);
            try (Socket peer = pair.peer()) {
                peer.shutdownOutput();
                pair.stream().read(1);
                await().atMost(SOON).until(() -> pair.stream().ended);
                pair.stream().queue(6, 2 * MEGABYTE).reset(4000);
                assertThat(FarRig.hashOf(peer, 2 * MEGABYTE)).isEqualTo(TestBytes.hash(6, 2 * MEGABYTE));
                assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void resetsAStalledPeerWhenTheTimeIsOver(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted(4096);
            try (Socket peer = pair.peer()) {
                pair.stream().queue(7, 8 * MEGABYTE).reset(300);
                await().during(Duration.ofMillis(600)).atMost(SOON).until(() -> true);
                assertThatThrownBy(() -> FarRig.hashOfRest(peer, 1000)).isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void deliversWhatTheKernelHasWhenItCloses(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.dialled();
            try (Socket peer = pair.peer()) {
                pair.stream().queue(8, 10_000);
                await().atMost(SOON).until(() -> pair.stream().written == 10_000);
                pair.stream().close();
                MessageDigest all = TestStream.sha256();
                all.update(new TestBytes(8).next(10_000));
                assertThat(FarRig.hashOfRest(peer, 1000)).isEqualTo(all.digest());
                assertThat(pair.stream().events).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void dropsWhatIsQueuedWhenItCloses(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            FarRig.Pair pair = rig.accepted(4096);
            try (Socket peer = pair.peer()) {
                pair.stream().queueAndClose(9, MORE_THAN_KERNELS_TAKE).sync();
                assertThat(countOfRest(peer)).isLessThan(MORE_THAN_KERNELS_TAKE);
            }
        }
    }

    private static long countOfRest(Socket peer) throws IOException {
        long count = 0;
        byte[] bytes = new byte[10_000];
        for (int n = peer.getInputStream().read(bytes);
                n >= 0;
                n = peer.getInputStream().read(bytes)) {
            count += n;
        }
        return count;
    }

    private static void reset(Socket peer) throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }
}
