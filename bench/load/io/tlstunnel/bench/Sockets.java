package io.tlstunnel.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Random;

/** Blocking sockets on loopback. */
final class Sockets {
    /** Of each read and write. Large, so that the load's own system calls are few. */
    static final int BUFFER = 256 * 1024;

    private Sockets() {}

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static SocketChannel visit(int port, Order order) throws IOException {
        final SocketChannel channel = SocketChannel.open(loopback(port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        writeAll(channel, ByteBuffer.wrap(new byte[] {order.code()}));
        return channel;
    }

    /** Bytes that do not compress. */
    static ByteBuffer noise() {
        final byte[] bytes = new byte[BUFFER];
        new Random(1).nextBytes(bytes);
        return ByteBuffer.allocateDirect(BUFFER).put(bytes).flip();
    }

    static void writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    static void readFully(SocketChannel channel, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("ended early");
            }
        }
    }
}
