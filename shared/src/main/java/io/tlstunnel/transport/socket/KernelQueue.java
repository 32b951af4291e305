package io.tlstunnel.transport.socket;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Whether the kernel still has bytes of a TCP connection that its peer has not acknowledged. */
enum KernelQueue {
    EMPTY,
    FILLED,
    /** The transport cannot tell. */
    UNKNOWN;

    // Linux, tcp(7) and struct tcp_info of linux/tcp.h.
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCPI_UNACKED = 24;
    private static final int TCPI_NOTSENT_BYTES = 144;
    private static final int LENGTH = 148;

    static KernelQueue of(SocketChannel channel) {
        ByteBuffer info;
        try {
            info = info(channel);
        } catch (ChannelException closed) {
            return EMPTY;
        }
        if (info == null || info.remaining() < LENGTH) {
            return UNKNOWN;
        }
        info.order(ByteOrder.nativeOrder());
        int start = info.position();
        return info.getInt(start + TCPI_UNACKED) == 0 && info.getInt(start + TCPI_NOTSENT_BYTES) == 0 ? EMPTY : FILLED;
    }

    private static @Nullable ByteBuffer info(SocketChannel channel) {
        return channel.config().getOption(new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, LENGTH));
    }
}
