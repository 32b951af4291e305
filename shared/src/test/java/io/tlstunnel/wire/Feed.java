package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Makes input out of bytes, with an allocator that counts, so that a test sees what is still held. */
final class Feed {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

    ByteBuf buffer(byte[] bytes, int from, int to) {
        return allocator.heapBuffer(Math.max(1, to - from)).writeBytes(bytes, from, to - from);
    }

    ByteBuf buffer(byte[] bytes) {
        return buffer(bytes, 0, bytes.length);
    }

    /** Bytes that are allocated and not released. */
    long held() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    /** What {@code header} says, and {@code payload} in hex behind it. */
    static byte[] frame(int type, int length, int channel, String payload) {
        byte[] body = io.netty.buffer.ByteBufUtil.decodeHexDump(payload);
        return io.netty.buffer.Unpooled.buffer()
                .writeByte(type)
                .writeMedium(length)
                .writeInt(channel)
                .writeBytes(body)
                .capacity(WireFormat.HEADER_LENGTH + body.length)
                .array();
    }

    static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
