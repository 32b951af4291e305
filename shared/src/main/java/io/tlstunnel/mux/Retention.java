package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * Copies of what was sent and is not acknowledged, in order, so that it can be sent again after a resume. Slices of the
 * buffers that were written, not copies of them: a masked transport masks in place, so each slice knows its mask key.
 */
final class Retention {

    /** A sent piece: {@code bytes} as they are now, masked with {@code maskKey}, first byte at phase 0. */
    record Piece(ByteBuf bytes, long offset, int maskKey) {
        long end() {
            return offset + bytes.readableBytes();
        }
    }

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>(2);

    /** Keeps a piece. Takes over {@code bytes}. */
    void add(ByteBuf bytes, long offset, int maskKey) {
        pieces.addLast(new Piece(bytes, offset, maskKey));
    }

    /** Lets go of everything that lies wholly below {@code offset}. */
    void releaseBelow(long offset) {
        Piece first;
        while ((first = pieces.peekFirst()) != null && first.end() <= offset) {
            pieces.removeFirst();
            first.bytes().release();
        }
    }

    void releaseAll() {
        releaseBelow(Long.MAX_VALUE);
    }
}
