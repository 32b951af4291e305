package io.tlstunnel.transport;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.tlstunnel.mux.Carrier;
import io.tlstunnel.mux.CarrierListener;
import io.vertx.core.Context;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection whose carrier sits right on a Netty channel. */
public final class ChannelConnection implements CarrierConnection {
    private static final int WRITABLE_BELOW = 64 * 1024;
    private static final int UNWRITABLE_ABOVE = 128 * 1024;
    private static final int LEAST_READ = 512;
    private static final int FIRST_READ = 16 * 1024;
    private static final int MOST_READ = 64 * 1024;

    private final EventLoopContext loop;
    private final ChannelCarrier carrier;
    private final Peers peers;

    private ChannelConnection(EventLoopContext loop, ChannelCarrier carrier, Peers peers) {
        this.loop = loop;
        this.carrier = carrier;
        this.peers = peers;
    }

    /**
     * Takes over a channel: adds {@code carrier} at the end of the pipeline. The caller removes its own handlers
     * afterwards, so that what they still hold comes here. Nothing is read until {@link #start}.
     */
    public static ChannelConnection on(
            Channel channel, VertxRuntime runtime, EventLoopContext loop, ChannelCarrier carrier, Peers peers) {
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
        channel.pipeline().addLast("carrier", carrier);
        return new ChannelConnection(loop, carrier, peers);
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
