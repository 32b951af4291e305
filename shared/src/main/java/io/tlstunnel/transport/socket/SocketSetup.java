package io.tlstunnel.transport.socket;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;

/** The options of a far socket on the fast path. */
final class SocketSetup {

    private SocketSetup() {}

    /** Sets the options that hold for every far socket; to be called before the channel is registered. */
    static ReadDemand apply(SocketChannel channel) {
        ReadDemand demand = new ReadDemand();
        ChannelConfig config = channel.config();
        config.setAllocator(PooledByteBufAllocator.DEFAULT);
        config.setAutoRead(false);
        config.setRecvByteBufAllocator(demand);
        config.setWriteSpinCount(EpollParking.WRITE_SPINS);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        return demand;
    }
}
