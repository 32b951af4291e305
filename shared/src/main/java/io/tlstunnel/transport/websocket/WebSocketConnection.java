package io.tlstunnel.transport.websocket;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.tlstunnel.mux.Carrier;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Context;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection on the fast path: our codec right on the channel. */
public final class WebSocketConnection implements CarrierConnection {
    private static final int WRITABLE_BELOW = 64 * 1024;
    private static final int UNWRITABLE_ABOVE = 128 * 1024;
    private static final int LEAST_READ = 512;
    private static final int FIRST_READ = 16 * 1024;
    private static final int MOST_READ = 64 * 1024;

    private final EventLoopContext loop;
    private final WebSocketCarrier carrier;
    private final Peers peers;

    private WebSocketConnection(EventLoopContext loop, WebSocketCarrier carrier, Peers peers) {
        this.loop = loop;
        this.carrier = carrier;
        this.peers = peers;
    }

    /**
     * Takes over a channel on which the upgrade is done: adds its handler at the end of the pipeline. The caller removes
     * its own handlers afterwards, so that what they still hold comes here. Nothing is read until {@link #start}.
     */
    public static WebSocketConnection on(
            Channel channel, VertxRuntime runtime, EventLoopContext loop, Role role, Peers peers) {
        channel.config().setAutoRead(false);
        channel.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(WRITABLE_BELOW, UNWRITABLE_ABOVE));
        channel.config()
                .setOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, MOST_READ));
        runtime.boundUnsent(channel);
        WebSocketCarrier carrier = new WebSocketCarrier(loop, role);
        channel.pipeline().addLast("websocket", carrier);
        return new WebSocketConnection(loop, carrier, peers);
    }

    @Override
    public Context context() {
        return loop.context();
    }

    @Override
    public Carrier carrier() {
        return carrier;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return peers.remote();
    }

    @Override
    public InetSocketAddress localAddress() {
        return peers.local();
    }

    @Override
    public byte @Nullable [] leafSha256() {
        byte[] leaf = peers.leafSha256();
        return leaf == null ? null : leaf.clone();
    }

    @Override
    public boolean leafTrusted() {
        return peers.leafTrusted();
    }

    @Override
    public void start(CarrierListener listener) {
        carrier.start(listener);
    }

    @Override
    public void listener(CarrierListener listener) {
        carrier.listener(listener);
    }
}
