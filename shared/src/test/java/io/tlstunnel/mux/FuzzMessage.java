package io.tlstunnel.mux;

import io.tlstunnel.wire.FrameType;
import java.util.Arrays;

/**
 * What a hostile peer sends at a time: frames, with notes of where each begins and where its fields stand, so that they
 * can be damaged by name. Written without the codec, which would not write what is wrong.
 */
final class FuzzMessage {
    private static final int HEADER = 8;

    private byte[] bytes = new byte[256];
    private int length;
    private int[] frames = new int[8];
    private int frameCount;
    private int[] fields = new int[64];
    private int fieldCount;

    void clear() {
        length = 0;
        frameCount = 0;
        fieldCount = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    int frames() {
        return frameCount;
    }

    /** Where a frame begins. */
    int frame(int index) {
        return index == frameCount ? length : frames[index];
    }

    int fields() {
        return fieldCount;
    }

    /** Where a field stands. */
    int fieldAt(int index) {
        return fields[index] >>> 4;
    }

    /** How many bytes a field has, 1 to 8. */
    int fieldSize(int index) {
        return fields[index] & 15;
    }

    // ---- writing ----------------------------------------------------------------------------------------------------

    FuzzMessage begin(FrameType type, int channel) {
        return begin(type.code(), channel);
    }

    /** Begins a frame; {@link #end} follows. */
    FuzzMessage begin(int type, int channel) {
        if (frameCount == frames.length) {
            frames = Arrays.copyOf(frames, 2 * frameCount);
        }
        frames[frameCount++] = length;
        return number(type, 1).number(0, 3).u32(channel);
    }

    /** The frame is whole: its length is known. */
    void end() {
        int at = frames[frameCount - 1];
        set(at + 1, length - at - HEADER, 3);
    }

    FuzzMessage u8(int value) {
        return number(value, 1);
    }

    FuzzMessage u16(int value) {
        return number(value, 2);
    }

    FuzzMessage u32(int value) {
        return number(value, 4);
    }

    FuzzMessage u64(long value) {
        return number(value, 8);
    }

    private FuzzMessage number(long value, int size) {
        if (fieldCount == fields.length) {
            fields = Arrays.copyOf(fields, 2 * fieldCount);
        }
        fields[fieldCount++] = (length << 4) | size;
        room(size);
        length += size;
        set(length - size, value, size);
        return this;
    }

    /** A u8 that says how long the text is, and the text. */
    FuzzMessage text8(String ascii) {
        number(ascii.length(), 1);
        for (int i = 0; i < ascii.length(); i++) {
            room(1);
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** So many bytes of payload. */
    FuzzMessage payload(int count) {
        room(count);
        Arrays.fill(bytes, length, length + count, (byte) 'x');
        length += count;
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    // ---- damage -----------------------------------------------------------------------------------------------------

    long get(int at, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = (value << 8) | (bytes[at + i] & 0xFF);
        }
        return value;
    }

    void set(int at, long value, int size) {
        for (int i = 0; i < size; i++) {
            bytes[at + i] = (byte) (value >>> (8 * (size - 1 - i)));
        }
    }

    /** Puts {@code other} in the place of what is between the two. The notes are void after it. */
    void replace(int from, int to, byte[] other) {
        room(other.length);
        System.arraycopy(bytes, to, bytes, from + other.length, length - to);
        System.arraycopy(other, 0, bytes, from, other.length);
        length += other.length - (to - from);
        frameCount = 0;
        fieldCount = 0;
    }
}
