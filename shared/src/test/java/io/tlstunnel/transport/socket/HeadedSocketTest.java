package io.tlstunnel.transport.socket;

import static io.tlstunnel.transport.socket.FarRig.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.tlstunnel.transport.balancer.HeaderException;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A PROXY header in front of a visitor's bytes. */
@Timeout(60)
class HeadedSocketTest {
    private static final String ALL = "io.tlstunnel.transport.socket.DataPathUnderTest#all";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final InetSocketAddress VISITOR = new InetSocketAddress("198.51.100.7", 53480);
    private static final byte[] V1 =
            "PROXY TCP4 198.51.100.7 192.0.2.1 53480 443\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 =
            ByteBufUtil.decodeHexDump("0d0a0d0a000d0a515549540a" + "2111000c" + "c6336407c0000201" + "d0e801bb");
    private static final byte[] LOCAL = ByteBufUtil.decodeHexDump("0d0a0d0a000d0a515549540a" + "20000000");

    private final BlockingQueue<AcceptedSocket> accepted = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @MethodSource(ALL)
    void namesTheVisitorAndLeavesHisBytesToTheStream(DataPathUnderTest path) throws Exception {
        for (byte[] header : new byte[][] {V1, V2}) {
            try (FarRig rig = new FarRig(path);
                    Socket balancer = connect(rig)) {
                balancer.getOutputStream().write(header);
                FarRig.send(balancer, 1, 300_000);
                balancer.shutdownOutput();

                AcceptedSocket headed = FarRig.await(next().behindProxyHeader(rig.loop, PATIENCE));
                assertThat(headed.remoteAddress()).isEqualTo(VISITOR);
                assertThat(headed.localAddress().getPort()).isEqualTo(balancer.getPort());

                FarConnection connection = FarRig.await(headed.attach(rig.loop));
                assertThat(connection.remoteAddress()).isEqualTo(VISITOR);
                assertThat(connection.context()).isSameAs(rig.loop);
                exchange(rig.stream(connection), balancer);
            }
        }
    }

    private static void exchange(TestStream stream, Socket balancer) throws Exception {
        stream.readOn(3000).sendAndShut(2, 300_000);
        assertThat(FarRig.hashOfRest(balancer, 10_000)).isEqualTo(TestBytes.hash(2, 300_000));
        await().atMost(SOON).until(() -> stream.ended && stream.outputShut);
        assertThat(stream.hash()).isEqualTo(TestBytes.hash(1, 300_000));
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void goesToAnotherLoopThanThatOfTheHeader(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                Socket balancer = connect(rig)) {
            Future<AcceptedSocket> reading = next().behindProxyHeader(rig.loop, PATIENCE);
            for (byte each : V1) {
                balancer.getOutputStream().write(each);
            }
            AcceptedSocket headed = FarRig.await(reading);
            FarRig.send(balancer, 1, 300_000);
            balancer.shutdownOutput();

            FarConnection connection = FarRig.await(headed.attach(rig.otherLoop));
            assertThat(connection.remoteAddress()).isEqualTo(VISITOR);
            assertThat(connection.context()).isSameAs(rig.otherLoop);
            TestStream stream = TestStream.on(connection);
            rig.streams.add(stream);
            exchange(stream, balancer);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void isTheBalancerItselfWhereTheHeaderNamesNobody(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                Socket balancer = connect(rig)) {
            balancer.getOutputStream().write(LOCAL);

            AcceptedSocket headed = FarRig.await(next().behindProxyHeader(rig.loop, PATIENCE));

            assertThat(headed.remoteAddress().getPort()).isEqualTo(balancer.getLocalPort());
            headed.reject();
            assertThatThrownBy(() -> balancer.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void resetsWhatHasNoHeader(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                Socket balancer = connect(rig)) {
            balancer.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(FarRig.failureOf(HeaderException.class, next().behindProxyHeader(rig.loop, PATIENCE)))
                    .hasMessage("what came first is none");
            assertThatThrownBy(() -> balancer.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void doesNotWaitLongForTheHeader(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path);
                Socket balancer = connect(rig)) {
            balancer.getOutputStream().write(V1, 0, 20);

            assertThat(FarRig.failureOf(
                            HeaderException.class, next().behindProxyHeader(rig.loop, Duration.ofMillis(300))))
                    .hasMessage("it was not whole within 300 ms");
            assertThatThrownBy(() -> balancer.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void noticesABalancerThatHangsUpBeforeTheEndOfTheHeader(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            Future<AcceptedSocket> reading;
            try (Socket balancer = connect(rig)) {
                reading = next().behindProxyHeader(rig.loop, PATIENCE);
                balancer.getOutputStream().write(V2, 0, 14);
            }
            assertThat(FarRig.failureOf(IOException.class, reading))
                    .isInstanceOf(java.nio.channels.ClosedChannelException.class);
        }
    }

    /** What happens between header and stream is told to the stream. */
    @ParameterizedTest
    @MethodSource(ALL)
    void tellsTheStreamOfAResetThatCameBeforeIt(DataPathUnderTest path) throws Exception {
        try (FarRig rig = new FarRig(path)) {
            AcceptedSocket headed;
            try (Socket balancer = connect(rig)) {
                balancer.getOutputStream().write(V2);
                headed = FarRig.await(next().behindProxyHeader(rig.loop, PATIENCE));
                balancer.setSoLinger(true, 0);
            }
            rig.noticeResets();

            TestStream stream = rig.stream(FarRig.await(headed.attach(rig.loop)));
            stream.readOn(1000);

            await().atMost(SOON).until(() -> stream.failure != null || stream.ended);
        }
    }

    private Socket connect(FarRig rig) throws IOException {
        PublicListener listener = FarRig.await(rig.sockets.listen(rig.loop, "127.0.0.1", 0, accepted::add));
        return new Socket("127.0.0.1", listener.address().getPort());
    }

    private AcceptedSocket next() throws InterruptedException {
        AcceptedSocket next = accepted.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }
}
