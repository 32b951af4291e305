package io.tlstunnel.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.mux.Masking;
import java.util.Arrays;

/**
 * A strict streaming parser of RFC 6455 frames that carry a byte stream: it unmasks in place and hands on slices as they
 * come, without waiting for whole frames or messages and without copying. Not thread-safe.
 */
final class WebSocketFrameReader {
    /** Bounds only what a header may announce: nothing is kept here. Far above what any of our peers sends at once. */
    static final int MAX_FRAME = 16 * 1024 * 1024;

    private static final int FIN = 0x80;
    private static final int RESERVED_BITS = 0x70;
    private static final int OPCODE_BITS = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH_BITS = 0x7f;
    private static final int LENGTH_16 = 126;
    private static final int MAX_CONTROL = 125;

    private enum Stage {
        OPCODE,
        LENGTH,
        LONG_LENGTH,
        KEY,
        PAYLOAD,
        ENDED
    }

    private final boolean expectMask;
    private final int maxFrame;
    private final FrameEvents events;
    private final byte[] control = new byte[MAX_CONTROL];

    private Stage stage = Stage.OPCODE;
    private int opcode;
    private boolean insideMessage;
    private int wanted;
    private long number;
    private long remaining;
    private int key;
    private int controlLength;

    WebSocketFrameReader(Role role, int maxFrame, FrameEvents events) {
        this.expectMask = role == Role.SERVER;
        this.maxFrame = maxFrame;
        this.events = events;
    }

    /** Reads all of {@code in}; takes it over (releases it). */
    void read(ByteBuf in) {
        ByteBuf rest = in;
        try {
            while (rest.isReadable() && stage != Stage.ENDED) {
                if (stage != Stage.PAYLOAD) {
                    header(rest);
                } else if (Opcode.isControl(opcode)) {
                    controlPayload(rest);
                } else if (rest.readableBytes() <= remaining) {
                    ByteBuf last = rest;
                    rest = Unpooled.EMPTY_BUFFER;
                    payload(last);
                } else {
                    payload(rest.readRetainedSlice((int) remaining));
                }
            }
        } finally {
            rest.release();
        }
    }

    /** Ignores whatever comes from now on. */
    void end() {
        stage = Stage.ENDED;
    }

    private void header(ByteBuf in) {
        switch (stage) {
            case OPCODE -> opcode(in.readUnsignedByte());
            case LENGTH -> length(in.readUnsignedByte());
            case LONG_LENGTH -> {
                if (number(in)) {
                    longLength();
                }
            }
            case KEY -> {
                if (number(in)) {
                    key = (int) number;
                    startPayload();
                }
            }
            case PAYLOAD, ENDED -> throw new IllegalStateException(stage.name());
        }
    }

    private void opcode(int first) {
        opcode = first & OPCODE_BITS;
        boolean fin = (first & FIN) != 0;
        if ((first & RESERVED_BITS) != 0) {
            violation(CloseCode.PROTOCOL_ERROR, "reserved bits are set, but no extension was agreed on");
        } else if (!Opcode.isKnown(opcode)) {
            violation(CloseCode.PROTOCOL_ERROR, "reserved opcode " + opcode);
        } else if (Opcode.isControl(opcode)) {
            if (fin) {
                stage = Stage.LENGTH;
            } else {
                violation(CloseCode.PROTOCOL_ERROR, "fragmented control frame");
            }
        } else {
            dataFrame(fin);
        }
    }

    private void dataFrame(boolean fin) {
        if (opcode == Opcode.CONTINUATION && !insideMessage) {
            violation(CloseCode.PROTOCOL_ERROR, "continuation without a message");
        } else if (opcode != Opcode.CONTINUATION && insideMessage) {
            violation(CloseCode.PROTOCOL_ERROR, "new message inside a fragmented one");
        } else if (opcode == Opcode.TEXT) {
            violation(CloseCode.UNSUPPORTED_DATA, "text message, only binary ones are spoken here");
        } else {
            insideMessage = !fin;
            stage = Stage.LENGTH;
        }
    }

    private void length(int second) {
        int length = second & LENGTH_BITS;
        boolean masked = (second & MASKED) != 0;
        if (masked != expectMask) {
            violation(CloseCode.PROTOCOL_ERROR, masked ? "masked frame from a server" : "unmasked frame from a client");
        } else if (Opcode.isControl(opcode) && length > MAX_CONTROL) {
            violation(CloseCode.PROTOCOL_ERROR, "control frame above 125 bytes");
        } else if (length < LENGTH_16) {
            remaining = length;
            afterLength();
        } else {
            expect(Stage.LONG_LENGTH, length == LENGTH_16 ? Short.BYTES : Long.BYTES);
            remaining = length;
        }
    }

    private void longLength() {
        long least = remaining == LENGTH_16 ? LENGTH_16 : 0x1_0000;
        if (number < 0) {
            violation(CloseCode.PROTOCOL_ERROR, "length with the top bit set");
        } else if (number < least) {
            violation(CloseCode.PROTOCOL_ERROR, "length not in its shortest form");
        } else if (number > maxFrame) {
            violation(CloseCode.TOO_BIG, "frame of " + number + " bytes, at most " + maxFrame + " are allowed");
        } else {
            remaining = number;
            afterLength();
        }
    }

    private void afterLength() {
        if (remaining > maxFrame) {
            violation(CloseCode.TOO_BIG, "frame of " + remaining + " bytes, at most " + maxFrame + " are allowed");
        } else if (expectMask) {
            expect(Stage.KEY, Integer.BYTES);
        } else {
            startPayload();
        }
    }

    private void startPayload() {
        stage = Stage.PAYLOAD;
        controlLength = 0;
        if (remaining == 0) {
            endFrame();
        }
    }

    private void payload(ByteBuf bytes) {
        int length = bytes.readableBytes();
        Masking.apply(bytes, bytes.readerIndex(), length, key);
        key = Masking.turn(key, length);
        remaining -= length;
        if (remaining == 0) {
            stage = Stage.OPCODE;
        }
        events.payload(bytes);
    }

    private void controlPayload(ByteBuf in) {
        int length = (int) Math.min(remaining, in.readableBytes());
        in.readBytes(control, controlLength, length);
        for (int end = controlLength + length; controlLength < end; controlLength++) {
            control[controlLength] ^= (byte) Masking.keyByte(key, controlLength);
        }
        remaining -= length;
        if (remaining == 0) {
            endFrame();
        }
    }

    private void endFrame() {
        stage = Stage.OPCODE;
        if (opcode == Opcode.PING) {
            events.ping(Arrays.copyOf(control, controlLength));
        } else if (opcode == Opcode.CLOSE) {
            stage = Stage.ENDED;
            ClosePayload.read(control, controlLength, events);
        }
    }

    private void violation(int code, String what) {
        stage = Stage.ENDED;
        events.violation(code, what);
    }

    private void expect(Stage next, int bytes) {
        stage = next;
        wanted = bytes;
        number = 0;
    }

    /** Collects a big-endian number of {@code wanted} bytes; they may come one by one. */
    private boolean number(ByteBuf in) {
        if (wanted == Integer.BYTES && in.readableBytes() >= Integer.BYTES && number == 0) {
            number = in.readUnsignedInt();
            return true;
        }
        while (wanted > 0 && in.isReadable()) {
            number = number << Byte.SIZE | in.readUnsignedByte();
            wanted--;
        }
        return wanted == 0;
    }
}
