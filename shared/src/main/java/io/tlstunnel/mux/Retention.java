package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What was sent and is not acknowledged, in order, so that it can be sent again after a resume. Slices of the buffers
 * that were written where they are large, copies where they are small: a slice pins its whole buffer. A masked transport
 * masks in place, so each piece knows its mask key.
 */
final class Retention {
    private static final int SMALLEST_COPY = 128;
    private static final int LARGEST_COPY = 4 * 1024;

    /** A sent piece: bytes as they are now, masked with the key, the first one at phase 0. */
    private record Piece(ByteBuf bytes, long offset, int maskKey, boolean isCopy) {
        long end() {
            return offset + bytes.readableBytes();
        }
    }

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>(2);

    /** Keeps the next {@code length} bytes of {@code from}, which are read, as a slice. */
    void addSlice(ByteBuf from, int length, long offset, int maskKey) {
        pieces.addLast(new Piece(from.readRetainedSlice(length), offset, maskKey, false));
    }

    /** Keeps a copy of the next {@code length} bytes of {@code from}, which are read. Many small ones share a buffer. */
    void addCopy(ByteBuf from, int length, long offset) {
        Piece last = pieces.peekLast();
        if (last == null || !last.isCopy() || last.bytes().writableBytes() < length) {
            last = new Piece(room(from.alloc(), length), offset, 0, true);
            pieces.addLast(last);
        }
        last.bytes().writeBytes(from, length);
    }

    private ByteBuf room(ByteBufAllocator allocator, int length) {
        // The second small piece in a row foretells more of them.
        int wanted = pieces.isEmpty() ? SMALLEST_COPY : LARGEST_COPY;
        return allocator.buffer(Math.max(length, wanted));
    }

    /** Lets go of everything that lies wholly below {@code offset}. */
    void releaseBelow(long offset) {
        Piece first;
        while ((first = pieces.peekFirst()) != null && first.end() <= offset) {
            pieces.removeFirst();
            first.bytes().release();
        }
    }

    /** Bytes kept in one piece from {@code offset} on; 0 if that offset is not kept. */
    int contiguous(long offset) {
        Piece piece = find(offset);
        return piece == null ? 0 : (int) (piece.end() - offset);
    }

    /** Appends the {@code length} kept bytes from {@code offset} on, at most {@link #contiguous}, as they were read. */
    void copyTo(ByteBuf out, long offset, int length) {
        Piece piece = find(offset);
        if (piece == null || piece.end() - offset < length) {
            throw new IllegalStateException("offset " + offset + " is not kept");
        }
        int skipped = (int) (offset - piece.offset());
        int start = out.writerIndex();
        out.writeBytes(piece.bytes(), piece.bytes().readerIndex() + skipped, length);
        Masking.apply(out, start, length, Masking.turn(piece.maskKey(), skipped));
    }

    private @Nullable Piece find(long offset) {
        for (Piece piece : pieces) {
            if (offset < piece.end()) {
                return offset >= piece.offset() ? piece : null;
            }
        }
        return null;
    }

    void releaseAll() {
        releaseBelow(Long.MAX_VALUE);
    }
}
