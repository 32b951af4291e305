package io.tlstunnel.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tlstunnel.mux.Masking;
import org.jspecify.annotations.Nullable;

/** Writes frame headers in place, into the free bytes in front of a payload, and masks payloads in place. */
final class WebSocketFrameWriter {
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int SHORTEST_HEADER = 2;

    private final Role role;
    private final @Nullable MaskKeys keys;

    WebSocketFrameWriter(Role role) {
        this.role = role;
        this.keys = role == Role.CLIENT ? new MaskKeys() : null;
    }

    int headroom() {
        return role.headroom();
    }

    ByteBuf allocate(ByteBufAllocator allocator, int capacity) {
        int headroom = role.headroom();
        return allocator.directBuffer(headroom + capacity).setIndex(headroom, headroom);
    }

    /**
     * Puts the header of a single-frame message in front of {@code head} and masks {@code head}.
     *
     * @param following payload bytes that come after {@code head} in buffers of their own; the caller masks them
     * @return the key, for the first byte of {@code head}; 0 if this end does not mask
     */
    int frame(int opcode, ByteBuf head, int following) {
        int start = head.readerIndex();
        int length = head.readableBytes();
        int key = keys == null ? 0 : keys.next();
        if (keys != null) {
            Masking.apply(head, start, length, key);
            start -= Integer.BYTES;
            head.setInt(start, key);
        }
        head.readerIndex(header(opcode, head, start, length + following));
        return key;
    }

    private int header(int opcode, ByteBuf head, int end, int length) {
        int mask = keys == null ? 0 : MASKED;
        int start = end - SHORTEST_HEADER;
        int shortLength = length;
        if (length > 0xffff) {
            start -= Long.BYTES;
            head.setLong(start + SHORTEST_HEADER, length);
            shortLength = LENGTH_64;
        } else if (length >= LENGTH_16) {
            start -= Short.BYTES;
            head.setShort(start + SHORTEST_HEADER, length);
            shortLength = LENGTH_16;
        }
        head.setByte(start, FIN | opcode);
        head.setByte(start + 1, mask | shortLength);
        return start;
    }
}
