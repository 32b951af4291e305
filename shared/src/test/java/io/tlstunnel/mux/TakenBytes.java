package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/** Buffers that a far socket was given and has not taken yet; it owns them. */
final class TakenBytes {
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(2);

    void add(ByteBuf bytes) {
        queue.addLast(bytes);
    }

    /** Lets go of the first {@code length} bytes, as many as there are at most. */
    void drop(int length) {
        int left = length;
        while (left > 0) {
            ByteBuf first = queue.getFirst();
            int part = Math.min(left, first.readableBytes());
            first.skipBytes(part);
            left -= part;
            if (!first.isReadable()) {
                queue.removeFirst().release();
            }
        }
    }

    void clear() {
        queue.forEach(ByteBuf::release);
        queue.clear();
    }
}
