package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * The XOR of RFC 6455 §5.3, in place. A key's most significant byte goes with the first byte. It stands here because what
 * was masked on one tunnel may have to be sent again on another.
 */
public final class Masking {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Masking() {}

    /** The key for bytes that start {@code phase} bytes after the ones {@code key} starts with. */
    public static int turn(int key, long phase) {
        return Integer.rotateLeft(key, (int) (phase & 3) * Byte.SIZE);
    }

    /** Masks or unmasks {@code length} bytes from {@code index} on. */
    public static void apply(ByteBuf buffer, int index, int length, int key) {
        if (key == 0) {
            return;
        }
        int done = 0;
        if (length >= Long.BYTES && buffer.nioBufferCount() == 1) {
            done = applyLongs(buffer.internalNioBuffer(index, length), key);
        }
        for (int i = done; i < length; i++) {
            buffer.setByte(index + i, buffer.getByte(index + i) ^ keyByte(key, i));
        }
    }

    /** The byte of {@code key} for the byte at {@code position}, 0 to 255. */
    public static int keyByte(int key, int position) {
        return (key >>> ((3 - (position & 3)) * Byte.SIZE)) & 0xff;
    }

    /** A view of longs in native order is what the compiler turns into vector instructions; unrolling prevents it. */
    private static int applyLongs(ByteBuffer bytes, int key) {
        int ordered = LITTLE_ENDIAN ? Integer.reverseBytes(key) : key;
        long longKey = ((ordered & 0xffff_ffffL) << Integer.SIZE) | (ordered & 0xffff_ffffL);
        LongBuffer longs = bytes.slice().order(ByteOrder.nativeOrder()).asLongBuffer();
        int count = longs.limit();
        for (int i = 0; i < count; i++) {
            longs.put(i, longs.get(i) ^ longKey);
        }
        return count * Long.BYTES;
    }
}
