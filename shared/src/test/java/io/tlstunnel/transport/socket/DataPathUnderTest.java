package io.tlstunnel.transport.socket;

import io.tlstunnel.config.Engine.DataPath;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What far-socket tests run on. */
enum DataPathUnderTest {
    FAST_EPOLL(DataPath.FAST, Transport.EPOLL, false),
    FAST_NIO(DataPath.FAST, Transport.NIO, false),
    FAST_URING(DataPath.FAST, Transport.IO_URING, false),
    FAST_EPOLL_HOPPING(DataPath.FAST, Transport.EPOLL, true),
    PLAIN_EPOLL(DataPath.PLAIN, Transport.EPOLL, false),
    PLAIN_NIO(DataPath.PLAIN, Transport.NIO, false);

    private final DataPath path;
    private final @Nullable Transport transport;
    private final boolean hopping;

    DataPathUnderTest(DataPath path, @Nullable Transport transport, boolean hopping) {
        this.path = path;
        this.transport = transport;
        this.hopping = hopping;
    }

    static Stream<DataPathUnderTest> all() {
        return Stream.of(values()).filter(DataPathUnderTest::isAvailable);
    }

    /** Those that keep unread input in the kernel and tell of every byte written. */
    static Stream<DataPathUnderTest> fast() {
        return all().filter(each -> each.path == DataPath.FAST);
    }

    private boolean isAvailable() {
        boolean natives = Boolean.parseBoolean(System.getProperty("tlstunnel.natives", "true"));
        return transport == Transport.NIO || (natives && transport != null && transport.available());
    }

    /** Whether input is kept in the kernel until it is asked for. */
    boolean isPlain() {
        return path == DataPath.PLAIN;
    }

    /** Whether a peer's reset is noticed by an idle socket that does not read. */
    boolean noticesResetUnread() {
        return transport != Transport.NIO || isPlain();
    }

    /** Whether the stream lives on another thread than the socket. */
    boolean isHopping() {
        return hopping;
    }

    Vertx vertx() {
        return Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(2))
                .withTransport(transport)
                .build();
    }

    FarSockets sockets(Vertx vertx) {
        return FarSockets.of(path, vertx);
    }
}
