package io.tlstunnel.e2e;

import java.nio.ByteBuffer;

/** Reads along with one side of a WebSocket, and hands on what is in its messages, unmasked, piece by piece. */
final class WebSocketWatch {
    private static final int MASKED = 0x80;
    private static final int LENGTH_BITS = 0x7f;
    private static final int OPCODE_BITS = 0x0f;
    private static final int SHORT_HEADER = 2;
    private static final int FIRST_CONTROL = 8;

    private final WindowWatch tunnel;
    private final ByteBuffer header = ByteBuffer.allocate(14);
    private final byte[] key = new byte[Integer.BYTES];
    private boolean masked;
    private boolean control;
    private long missing;
    private int phase;

    WebSocketWatch(WindowWatch tunnel) {
        this.tunnel = tunnel;
        header.limit(SHORT_HEADER);
    }

    /** The next bytes of the connection, which it may change. One thread. */
    void bytes(byte[] bytes, int length) {
        int at = 0;
        while (at < length) {
            if (missing == 0) {
                at = header(bytes, at, length);
            } else {
                int piece = (int) Math.min(missing, length - at);
                payload(bytes, at, piece);
                at += piece;
                missing -= piece;
            }
        }
    }

    private int header(byte[] bytes, int from, int end) {
        int at = from;
        while (header.hasRemaining() && at < end) {
            header.put(bytes[at++]);
            if (header.position() == SHORT_HEADER) {
                header.limit(headerLength());
            }
        }
        if (!header.hasRemaining()) {
            begin();
        }
        return at;
    }

    private int headerLength() {
        int length = header.get(1) & LENGTH_BITS;
        int extended = length < 126 ? 0 : length == 126 ? Short.BYTES : Long.BYTES;
        return SHORT_HEADER + extended + ((header.get(1) & MASKED) == 0 ? 0 : Integer.BYTES);
    }

    private void begin() {
        int length = header.get(1) & LENGTH_BITS;
        masked = (header.get(1) & MASKED) != 0;
        control = (header.get(0) & OPCODE_BITS) >= FIRST_CONTROL;
        missing = length < 126
                ? length
                : length == 126 ? header.getShort(SHORT_HEADER) & 0xffff : header.getLong(SHORT_HEADER);
        if (masked) {
            header.get(header.limit() - key.length, key);
        }
        phase = 0;
        header.clear().limit(SHORT_HEADER);
    }

    private void payload(byte[] bytes, int at, int length) {
        if (control) {
            return;
        }
        if (masked) {
            for (int i = 0; i < length; i++) {
                bytes[at + i] ^= key[(phase + i) & (key.length - 1)];
            }
            phase = (phase + length) & (key.length - 1);
        }
        tunnel.bytes(ByteBuffer.wrap(bytes, at, length));
    }
}
