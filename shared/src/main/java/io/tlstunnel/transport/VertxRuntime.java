package io.tlstunnel.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.util.concurrent.EventExecutor;
import io.tlstunnel.config.Engine.Io;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x as code on Netty's level needs it: its loops, its kind of sockets, and contexts on a given loop. Any thread may
 * call.
 */
public final class VertxRuntime {
    /** Bytes that the kernel may hold unsent before a socket counts as unwritable. */
    private static final long NOTSENT_LOWAT = 128 * 1024;

    private final VertxInternal vertx;
    private final Io io;
    private final Map<EventLoop, EventLoopContext> contexts = new ConcurrentHashMap<>();

    private VertxRuntime(VertxInternal vertx) {
        this.vertx = vertx;
        this.io = active(vertx);
    }

    /**
     * A builder with the transport set; the caller adds options, metrics, cluster manager.
     *
     * @param io AUTO is epoll where it loads, else NIO: io_uring only when asked for by name
     * @throws IllegalStateException if the transport asked for does not load here; the message is for the user
     */
    public static VertxBuilder builder(Io io) {
        return builder(Vertx.builder(), io);
    }

    /** The same on a builder that has metrics already. */
    public static VertxBuilder builder(VertxBuilder builder, Io io) {
        askTheResolverEachTime();
        return builder.withTransport(transport(io));
    }

    /** What {@link #builder}, or the Vert.x launcher, built. */
    public static VertxRuntime of(Vertx vertx) {
        askTheResolverEachTime();
        return new VertxRuntime((VertxInternal) vertx);
    }

    /** The Vert.x instance. */
    public Vertx vertx() {
        return vertx;
    }

    /** The kernel interface that is in use; never AUTO. */
    public Io io() {
        return io;
    }

    /** Runs {@code task} when Vert.x begins to close, whoever closes it. */
    public void onClose(Runnable task) {
        vertx.addCloseHook(closed -> {
            task.run();
            closed.succeed();
        });
    }

    /** {@code context}, which must be an event-loop context, and its loop. */
    public EventLoopContext loop(Context context) {
        if (!context.isEventLoopContext()) {
            throw new IllegalArgumentException("sockets need an event-loop context");
        }
        return new EventLoopContext((ContextInternal) context);
    }

    /** A context on {@code eventLoop}, the same one each time. */
    public EventLoopContext loop(EventLoop eventLoop) {
        return contexts.computeIfAbsent(
                eventLoop,
                loop -> new EventLoopContext(
                        vertx.contextBuilder().withEventLoop(loop).build()));
    }

    /** A new context on the next of Vert.x's loops, in turn. */
    public EventLoopContext newLoop() {
        return new EventLoopContext(vertx.createEventLoopContext());
    }

    /** A context on each of Vert.x's loops. */
    public List<EventLoopContext> loops() {
        List<EventLoopContext> loops = new ArrayList<>();
        for (EventExecutor executor : vertx.nettyEventLoopGroup()) {
            loops.add(loop((EventLoop) executor));
        }
        return loops;
    }

    /** Listens on Vert.x's acceptor and spreads what it accepts over Vert.x's loops. */
    public ServerBootstrap serverBootstrap() {
        return new ServerBootstrap()
                .group(vertx.acceptorEventLoopGroup(), vertx.nettyEventLoopGroup())
                .channelFactory(vertx.transport().serverChannelFactory(false))
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true);
    }

    /** Dials on the loop given. */
    public Bootstrap bootstrap(EventLoop eventLoop) {
        return new Bootstrap()
                .group(eventLoop)
                .channelFactory(vertx.transport().channelFactory(false))
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.TCP_NODELAY, true);
    }

    /** Keeps at most 128 KiB unsent in the kernel, where the kernel can: what waits here can still be put in order. */
    public void boundUnsent(Channel channel) {
        switch (io) {
            case EPOLL -> channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, NOTSENT_LOWAT);
            case IO_URING -> channel.config().setOption(IoUringChannelOption.TCP_NOTSENT_LOWAT, NOTSENT_LOWAT);
            case NIO, AUTO -> {}
        }
    }

    private static Transport transport(Io io) {
        Transport wanted = switch (io) {
            case AUTO -> usable(Transport.EPOLL) ? Transport.EPOLL : Transport.NIO;
            case EPOLL -> Transport.EPOLL;
            case IO_URING -> Transport.IO_URING;
            case NIO -> Transport.NIO;
        };
        if (!usable(wanted)) {
            throw new IllegalStateException("the kernel interface \"" + wanted.name() + "\" cannot be used here: "
                    + reason(wanted) + "; leave it on \"auto\"");
        }
        return wanted;
    }

    private static boolean usable(@Nullable Transport transport) {
        return transport != null && transport.available();
    }

    private static String reason(Transport transport) {
        Throwable cause = transport.unavailabilityCause();
        return cause == null ? "its native library is missing" : String.valueOf(cause.getMessage());
    }

    private static Io active(VertxInternal vertx) {
        Class<?> used = vertx.transport().getClass();
        if (is(used, Transport.EPOLL)) {
            return Io.EPOLL;
        }
        return is(used, Transport.IO_URING) ? Io.IO_URING : Io.NIO;
    }

    private static boolean is(Class<?> used, @Nullable Transport transport) {
        return transport != null && transport.implementation().getClass() == used;
    }

    /**
     * The JVM keeps what a name resolved to, for 30 s or for ever; a dial must see a changed address at once. The
     * system's own resolver caches as its records allow. Has an effect only before the first look-up.
     */
    private static void askTheResolverEachTime() {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }
}
