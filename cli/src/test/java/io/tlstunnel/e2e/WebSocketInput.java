package io.tlstunnel.e2e;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bytes in a WebSocket's binary messages, masked or not; ends at the close frame. */
final class WebSocketInput extends InputStream {
    private static final int OPCODE_BITS = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH_BITS = 0x7f;

    private final DataInputStream in;
    private byte[] payload = new byte[0];
    private int position;
    private boolean ended;
    private int closeCode;

    WebSocketInput(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /** Of the close frame, if one came; else 0. */
    int closeCode() {
        return closeCode;
    }

    @Override
    public int read() throws IOException {
        while (!ended && position == payload.length) {
            nextFrame();
        }
        return ended ? -1 : payload[position++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int first = length == 0 ? 0 : read();
        if (first < 0 || length == 0) {
            return first;
        }
        into[offset] = (byte) first;
        int more = Math.min(length - 1, payload.length - position);
        System.arraycopy(payload, position, into, offset + 1, more);
        position += more;
        return 1 + more;
    }

    private void nextFrame() throws IOException {
        try {
            int opcode = in.readUnsignedByte() & OPCODE_BITS;
            byte[] content = content();
            if (opcode == WirePeer.CLOSE) {
                ended = true;
                closeCode = content.length < 2 ? 0 : (content[0] & 0xff) << 8 | (content[1] & 0xff);
            } else if (opcode == WirePeer.BINARY || opcode == 0) {
                payload = content;
                position = 0;
            }
        } catch (EOFException end) {
            ended = true;
        }
    }

    private byte[] content() throws IOException {
        int second = in.readUnsignedByte();
        long length = second & LENGTH_BITS;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] key = in.readNBytes((second & MASKED) == 0 ? 0 : Integer.BYTES);
        byte[] content = in.readNBytes(Math.toIntExact(length));
        for (int i = 0; i < content.length && key.length > 0; i++) {
            content[i] ^= key[i % key.length];
        }
        return content;
    }
}
