package io.tlstunnel.transport.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes WebSocket frames byte by byte, right ones and wrong ones. */
public final class Frames {
    public static final int KEY = 0x1badf00d;

    private Frames() {}

    /** A masked frame as a client sends it. */
    public static byte[] masked(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        length(frame, 0x80, payload.length);
        frame.writeBytes(ByteBuffer.allocate(4).putInt(KEY).array());
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ (KEY >>> ((3 - i % 4) * 8)));
        }
        return frame.toByteArray();
    }

    /** An unmasked frame as a server sends it. */
    public static byte[] bare(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        length(frame, 0, payload.length);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static void length(ByteArrayOutputStream frame, int mask, int length) {
        if (length < 126) {
            frame.write(mask | length);
        } else if (length < 65536) {
            frame.write(mask | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
        } else {
            frame.write(mask | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
    }

    public static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }

    /** The code in a close frame as {@link RawClient#readFrame} gives it. */
    public static int closeCode(byte[] frame) {
        return ByteBuffer.wrap(frame, 1, 2).getShort() & 0xffff;
    }

    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
