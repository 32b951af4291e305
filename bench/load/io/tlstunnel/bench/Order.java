package io.tlstunnel.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What a visitor wants of the service. */
enum Order {
    /** Every byte comes back. */
    ECHO,
    /** The service reads to the end, and answers with the count of bytes it read: 8 bytes, big-endian. */
    SINK,
    /** The service writes until the visitor ends its own direction, and drops what it is sent. */
    SOURCE;

    byte code() {
        return (byte) ordinal();
    }

    static Order read(SocketChannel channel) throws IOException {
        final ByteBuffer code = ByteBuffer.allocate(1);
        if (channel.read(code) < 1) {
            throw new IOException("no order came");
        }
        return values()[code.get(0)];
    }
}
