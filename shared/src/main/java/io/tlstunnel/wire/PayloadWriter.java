package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the fields of one payload; the mirror of {@link PayloadReader}. Values out of range are the caller's error. */
final class PayloadWriter {
    private final FrameType type;
    private final ByteBuf out;

    PayloadWriter(FrameType type, ByteBuf out) {
        this.type = type;
        this.out = out;
    }

    void u8(String field, int value, int least, int greatest) {
        out.writeByte((int) inRange(field, value, least, greatest));
    }

    void u16(String field, int value, int least, int greatest) {
        out.writeShort((int) inRange(field, value, least, greatest));
    }

    void u32(String field, int value, int least, int greatest) {
        out.writeInt((int) inRange(field, value, least, greatest));
    }

    void bits64(long value) {
        out.writeLong(value);
    }

    void u63(String field, long value, long least) {
        out.writeLong(inRange(field, value, least, Long.MAX_VALUE));
    }

    private long inRange(String field, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(
                    type + ": " + field + " is " + value + ", not " + least + " to " + greatest);
        }
        return value;
    }

    void bytes(String field, byte[] value, int length) {
        inRange("length of " + field, value.length, length, length);
        out.writeBytes(value);
    }

    void text8(String field, String value, int least, int greatest) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        u8("length of " + field, utf8.length, least, greatest);
        out.writeBytes(utf8);
    }

    void text16(String field, String value, int least, int greatest) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        u16("length of " + field, utf8.length, least, greatest);
        out.writeBytes(utf8);
    }

    /** A sentence for people: cut to {@link WireFormat#MAX_REASON}, since its text may come from anywhere. */
    void reason(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        int length = utf8.length;
        if (length > WireFormat.MAX_REASON) {
            length = WireFormat.MAX_REASON;
            while ((utf8[length] & 0xC0) == 0x80) {
                length--;
            }
        }
        out.writeShort(length).writeBytes(utf8, 0, length);
    }

    /** Copies {@code payload} and leaves its indices. */
    void payload(ByteBuf payload) {
        out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    void streamId(StreamId id) {
        out.writeLong(id.incarnation()).writeLong(id.counter());
    }

    void session(SessionRef session) {
        out.writeLong(session.idHigh()).writeLong(session.idLow());
        u63("epoch", session.epoch(), 1);
    }

    void optionalSession(@Nullable SessionRef session) {
        out.writeBoolean(session != null);
        if (session != null) {
            session(session);
        }
    }

    void endpoint(String field, Endpoint endpoint) {
        int length = endpoint.address().length;
        if (length != 4 && length != 16) {
            throw new IllegalArgumentException(type + ": " + field + " is " + length + " bytes, neither 4 nor 16");
        }
        out.writeByte(length).writeBytes(endpoint.address());
        u16("port of " + field, endpoint.port(), 0, 0xFFFF);
    }
}
