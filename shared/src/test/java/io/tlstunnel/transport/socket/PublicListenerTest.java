package io.tlstunnel.transport.socket;

import static io.tlstunnel.transport.socket.FarRig.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class PublicListenerTest {

    private static final String ALL = "io.tlstunnel.transport.socket.DataPathUnderTest#all";

    private final BlockingQueue<AcceptedSocket> accepted = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @MethodSource(ALL)
    void holdsAConnectionAndAttachesItToAnotherLoop(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            PublicListener listener = listen(rig);
            try (Socket visitor = connect(listener)) {
                AcceptedSocket held = next();
                assertThat(held.remoteAddress().getPort()).isEqualTo(visitor.getLocalPort());
                assertThat(held.localAddress()).isEqualTo(listener.address());
                FarRig.send(visitor, 1, 10_000);
                visitor.shutdownOutput();
                await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> true);

                FarConnection connection = FarRig.await(held.attach(rig.otherLoop));
                assertThat(connection.context()).isSameAs(rig.otherLoop);
                TestStream stream = TestStream.on(connection);
                rig.streams.add(stream);
                stream.readOn(3000).sendAndShut(2, 1_000_000);
                assertThat(FarRig.hashOfRest(visitor, 10_000)).isEqualTo(TestBytes.hash(2, 1_000_000));
                await().atMost(SOON).until(() -> stream.ended && stream.outputShut);
                assertThat(stream.hash()).isEqualTo(TestBytes.hash(1, 10_000));
            }
        }
    }

    /** An acceptor that is slower than the registration must not run what follows on its own thread. */
    @ParameterizedTest
    @MethodSource(ALL)
    void tellsOnTheContextAlsoWhoAsksLate(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            try (Socket visitor = connect(listen(rig))) {
                assertThat(visitor.isConnected()).isTrue();
                Future<FarConnection> attached = next().attach(rig.otherLoop);
                FarConnection connection = FarRig.await(attached);
                CompletableFuture<Context> toldOn = new CompletableFuture<>();
                attached.onSuccess(again -> toldOn.complete(Vertx.currentContext()));
                assertThat(toldOn.get(10, TimeUnit.SECONDS)).isSameAs(rig.otherLoop);
                rig.stream(connection);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void rejectsWithAReset(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            try (Socket visitor = connect(listen(rig))) {
                next().reject();
                assertThatThrownBy(() -> visitor.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void letsConnectionsLiveWhenItIsClosed(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            PublicListener listener = listen(rig);
            try (Socket visitor = connect(listener)) {
                TestStream stream = rig.stream(FarRig.await(next().attach(rig.loop)));
                FarRig.await(listener.close());
                if (path.isPlain()) {
                    // Vert.x is done a moment before the system is.
                    await().atMost(SOON).until(() -> isRefused(listener));
                }
                assertThat(isRefused(listener)).isTrue();
                System.gc();

                stream.readOn(1000).sendAndShut(3, 100_000);
                assertThat(FarRig.hashOfRest(visitor, 1000)).isEqualTo(TestBytes.hash(3, 100_000));
                // The port is free again.
                FarRig.await(FarRig.await(rig.sockets.listen(
                                rig.loop, "127.0.0.1", listener.address().getPort(), accepted::add))
                        .close());
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void saysThatAnAddressIsInUse(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                ServerSocket other = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            ListenException failure = failure(rig, "127.0.0.1", other.getLocalPort());
            assertThat(failure.kind()).isEqualTo(ListenException.Kind.IN_USE);
            assertThat(failure)
                    .hasMessage("cannot listen on 127.0.0.1:" + other.getLocalPort() + ": the address is in use");

            PublicListener own = listen(rig);
            assertThat(failure(rig, "127.0.0.1", own.address().getPort()).kind())
                    .isEqualTo(ListenException.Kind.IN_USE);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void saysThatThisMachineHasNoSuchAddress(DataPathUnderTest path) {
        try (FarRig rig = new FarRig(path)) {
            ListenException failure = failure(rig, "192.0.2.1", 0);
            assertThat(failure.kind()).isEqualTo(ListenException.Kind.NO_SUCH_ADDRESS);
            assertThat(failure).hasMessage("cannot listen on 192.0.2.1:0: this machine has no such address");
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void listensOnAnIpv6Address(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            PublicListener listener = FarRig.await(rig.sockets.listen(rig.loop, "::1", 0, accepted::add));
            try (Socket visitor = new Socket("::1", listener.address().getPort())) {
                assertThat(next().remoteAddress().getPort()).isEqualTo(visitor.getLocalPort());
            }
        }
    }

    private PublicListener listen(FarRig rig) {
        return FarRig.await(rig.sockets.listen(rig.loop, "127.0.0.1", 0, accepted::add));
    }

    private static Socket connect(PublicListener listener) throws java.io.IOException {
        return new Socket("127.0.0.1", listener.address().getPort());
    }

    private static boolean isRefused(PublicListener listener) throws java.io.IOException {
        try (Socket visitor = connect(listener)) {
            return !visitor.isConnected();
        } catch (java.net.ConnectException refused) {
            return true;
        }
    }

    private AcceptedSocket next() throws InterruptedException {
        AcceptedSocket next = accepted.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private ListenException failure(FarRig rig, String address, int port) {
        return FarRig.failureOf(ListenException.class, rig.sockets.listen(rig.loop, address, port, accepted::add));
    }
}
