package io.tlstunnel.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class DialTest {

    private static final String ALL = "io.tlstunnel.transport.socket.DataPathUnderTest#all";

    @ParameterizedTest
    @MethodSource(ALL)
    void connectsOnTheContextGivenByNameOrAddress(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                ServerSocket service = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            for (String host : List.of("127.0.0.1", "localhost")) {
                FarConnection connection = FarRig.await(rig.dial(host, service.getLocalPort(), 5000));
                try (Socket accepted = service.accept()) {
                    assertThat(connection.context()).isSameAs(rig.loop);
                    assertThat(connection.remoteAddress().getPort()).isEqualTo(service.getLocalPort());
                    assertThat(connection.localAddress().getPort()).isEqualTo(accepted.getPort());
                }
                rig.stream(connection).close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void saysThatTheServiceRefused(DataPathUnderTest path) throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        try (FarRig rig = new FarRig(path)) {
            DialException failure = failure(rig.dial("127.0.0.1", port, 5000));
            assertThat(failure.code()).isEqualTo(ResetCode.SERVICE_REFUSED);
            assertThat(failure).hasMessage("127.0.0.1:" + port + " refused the connection");
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void saysThatAnAddressDoesNotAnswer(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                Silent silent = new Silent()) {
            DialException failure = failure(rig.dial("127.0.0.1", silent.port(), 300));
            assertThat(failure.code()).isEqualTo(ResetCode.SERVICE_UNREACHABLE);
            assertThat(failure).hasMessage("127.0.0.1:" + silent.port() + " did not answer within 300 ms");
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void saysThatANameHasNoAddress(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            DialException failure = failure(rig.dial("no-such-host.invalid", 80, 10_000));
            assertThat(failure.code()).isEqualTo(ResetCode.SERVICE_UNREACHABLE);
            assertThat(failure).hasMessage("the name in no-such-host.invalid:80 has no address");
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void isCancelledWhileNobodyAnswers(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                Silent silent = new Silent()) {
            Dial dial = rig.startDial("127.0.0.1", silent.port(), 2000);
            rig.loop.runOnContext(v -> dial.cancel());
            assertThat(failure(dial.connection()).code()).isEqualTo(ResetCode.CANCELLED);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void closesAConnectionThatWasCancelledMeanwhile(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                ServerSocket service = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Dial dial = rig.onLoop(() -> {
                Dial started = rig.sockets.dial(rig.loop, "127.0.0.1", service.getLocalPort(), 5000);
                started.cancel();
                return started;
            });
            assertThat(failure(dial.connection()).code()).isEqualTo(ResetCode.CANCELLED);
            service.setSoTimeout(1000);
            try (Socket accepted = service.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            } catch (java.net.SocketTimeoutException | java.net.SocketException neverConnected) {
                assertThat(dial.connection().failed()).isTrue();
            }
        }
    }

    private static DialException failure(Future<FarConnection> dial) {
        return FarRig.failureOf(DialException.class, dial);
    }

    /** Listens, but its queue is full: the kernel drops what else knocks. */
    private static final class Silent implements AutoCloseable {

        private final ServerSocket server;
        private final List<Socket> queue = new ArrayList<>();

        Silent() throws Exception {
            server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            boolean full = false;
            while (!full) {
                Socket socket = new Socket();
                queue.add(socket);
                try {
                    socket.connect(new InetSocketAddress(server.getInetAddress(), port()), 200);
                } catch (java.net.SocketTimeoutException nobodyAnswers) {
                    full = true;
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws java.io.IOException {
            for (Socket each : queue) {
                each.close();
            }
            server.close();
        }
    }
}
