package io.tlstunnel.transport.socket;

import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.config.Engine.Io;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What far-socket tests run on. */
enum DataPathUnderTest {
    FAST_EPOLL(DataPath.FAST, Io.EPOLL, false),
    FAST_NIO(DataPath.FAST, Io.NIO, false),
    FAST_URING(DataPath.FAST, Io.IO_URING, false),
    FAST_EPOLL_HOPPING(DataPath.FAST, Io.EPOLL, true),
    PLAIN_EPOLL(DataPath.PLAIN, Io.EPOLL, false),
    PLAIN_NIO(DataPath.PLAIN, Io.NIO, false);

    private final DataPath path;
    private final Io io;
    private final boolean hopping;

    DataPathUnderTest(DataPath path, Io io, boolean hopping) {
        this.path = path;
        this.io = io;
        this.hopping = hopping;
    }

    /** What is an experiment at full length only. */
    static Stream<DataPathUnderTest> all() {
        return Stream.of(values())
                .filter(DataPathUnderTest::isAvailable)
                .filter(each -> each.isProven() || Boolean.getBoolean("tlstunnel.full"));
    }

    /** Those that keep unread input in the kernel and tell of every byte written. */
    static Stream<DataPathUnderTest> fast() {
        return all().filter(each -> each.path == DataPath.FAST);
    }

    private boolean isAvailable() {
        boolean natives = Boolean.parseBoolean(System.getProperty("tlstunnel.natives", "true"));
        Transport transport = transport();
        return io == Io.NIO || (natives && transport != null && transport.available());
    }

    private @Nullable Transport transport() {
        return switch (io) {
            case EPOLL -> Transport.EPOLL;
            case IO_URING -> Transport.IO_URING;
            case NIO, AUTO -> Transport.NIO;
        };
    }

    /** Whether input is kept in the kernel until it is asked for. */
    boolean isPlain() {
        return path == DataPath.PLAIN;
    }

    /** Whether the system never forgets a write: on io_uring (Netty 4.2.18) one may hang when the peer's FIN comes. */
    boolean isProven() {
        return io != Io.IO_URING;
    }

    /** Whether a peer's reset is noticed by an idle socket that does not read. */
    boolean noticesResetUnread() {
        return io != Io.NIO || isPlain();
    }

    /** Whether the stream lives on another thread than the socket. */
    boolean isHopping() {
        return hopping;
    }

    Vertx vertx() {
        return Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(2))
                .withTransport(transport())
                .build();
    }

    FarSockets sockets(Vertx vertx) {
        return FarSockets.of(path, vertx);
    }
}
