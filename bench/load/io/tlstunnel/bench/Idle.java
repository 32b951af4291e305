package io.tlstunnel.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Many connections that do nothing. Goes on at each line on standard input, and says where it is: {@code opened} after
 * one byte there and back on each, {@code carried} after 100 KiB there and back on each, {@code closed}.
 */
final class Idle {
    private static final int CARRIED = 100 * 1024;
    private static final int PIECE = 4 * 1024;

    private Idle() {}

    /** Arguments: port, connections. */
    static void run(String[] arguments) throws IOException {
        final List<SocketChannel> channels = new ArrayList<>();
        final ByteBuffer one = ByteBuffer.allocateDirect(1);
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            final SocketChannel channel = Sockets.visit(Integer.parseInt(arguments[0]), Order.ECHO);
            echo(channel, one);
            channels.add(channel);
        }
        System.out.println("opened");
        await();
        final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        for (final SocketChannel channel : channels) {
            for (int carried = 0; carried < CARRIED; carried += PIECE) {
                echo(channel, piece);
            }
        }
        System.out.println("carried");
        await();
        for (final SocketChannel channel : channels) {
            channel.close();
        }
        System.out.println("closed");
        await();
    }

    private static void echo(SocketChannel channel, ByteBuffer bytes) throws IOException {
        Sockets.writeAll(channel, bytes.clear());
        Sockets.readFully(channel, bytes.clear());
    }

    private static void await() throws IOException {
        if (System.in.read() < 0) {
            throw new IOException("the harness is gone");
        }
    }
}
