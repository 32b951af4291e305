package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one payload, never past its end, and says which rule a field breaks. One per decoder, set anew for
 * each frame.
 */
final class PayloadReader {
    /** Reports what is malformed: a new decoder does by default. */
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    private FrameType type = FrameType.HELLO;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int end;

    /** Turns to the next {@code length} bytes of {@code buffer}, which has them. */
    void begin(FrameType frameType, ByteBuf buffer, int length) {
        type = frameType;
        in = buffer;
        end = buffer.readerIndex() + length;
    }

    /** The exception for a broken rule; {@code rule} reads on from the name of the frame. */
    MalformedFrameException broken(String rule) {
        return new MalformedFrameException(type + " " + rule);
    }

    private MalformedFrameException broken(String field, String is) {
        return new MalformedFrameException(type + ": " + field + " is " + is);
    }

    boolean hasMore() {
        return in.readerIndex() < end;
    }

    /** The last field was read: lets go of the buffer. */
    void finish() {
        int more = end - in.readerIndex();
        in = Unpooled.EMPTY_BUFFER;
        if (more > 0) {
            throw broken("has " + more + " bytes behind its last field");
        }
    }

    int u8(String field, int least, int greatest) {
        return (int) inRange(field, need(field, 1).readUnsignedByte(), least, greatest);
    }

    int u16(String field, int least, int greatest) {
        return (int) inRange(field, need(field, 2).readUnsignedShort(), least, greatest);
    }

    int u32(String field, int least, int greatest) {
        return (int) inRange(field, need(field, 4).readUnsignedInt(), least, greatest);
    }

    /** 64 bits, all of which may be used. */
    long bits64(String field) {
        return need(field, 8).readLong();
    }

    /** An offset or number from {@code least} to 2⁶³−1. */
    long u63(String field, long least) {
        long value = need(field, 8).readLong();
        if (value < 0) {
            throw broken(field, "2^63 or more");
        }
        return inRange(field, value, least, Long.MAX_VALUE);
    }

    private long inRange(String field, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw broken(field, value + ", not " + least + " to " + greatest);
        }
        return value;
    }

    byte[] bytes(String field, int length) {
        byte[] bytes = new byte[length];
        need(field, length).readBytes(bytes);
        return bytes;
    }

    /** {@code u8 length · UTF-8}. */
    String text8(String field, int least, int greatest) {
        return text(field, u8("length of " + field, least, greatest));
    }

    /** {@code u16 length · UTF-8}. */
    String text16(String field, int least, int greatest) {
        return text(field, u16("length of " + field, least, greatest));
    }

    private String text(String field, int length) {
        need(field, length);
        try {
            String text = utf8.decode(in.nioBuffer(in.readerIndex(), length)).toString();
            in.skipBytes(length);
            return text;
        } catch (CharacterCodingException e) {
            throw broken(field, "not UTF-8");
        }
    }

    StreamId streamId() {
        return new StreamId(bits64("stream id"), bits64("stream id"));
    }

    SessionRef session() {
        return new SessionRef(bits64("session id"), bits64("session id"), u63("epoch", 1));
    }

    @Nullable
    SessionRef optionalSession() {
        return u8("session flag", 0, 1) == 1 ? session() : null;
    }

    Endpoint endpoint(String field) {
        int length = u8("length of " + field, 4, 16);
        if (length != 4 && length != 16) {
            throw broken(field, length + " bytes, neither 4 nor 16");
        }
        return new Endpoint(bytes(field, length), u16("port of " + field, 0, 0xFFFF));
    }

    private ByteBuf need(String field, int length) {
        if (end - in.readerIndex() < length) {
            throw broken("ends inside its " + field);
        }
        return in;
    }
}
