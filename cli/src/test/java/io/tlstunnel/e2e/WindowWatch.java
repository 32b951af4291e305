package io.tlstunnel.e2e;

import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads along with one side of a tunnel, frame by frame, and notes the windows that it grants: how far the other may send
 * beyond what this one says to have consumed.
 */
final class WindowWatch {
    private static final int LENGTH_BITS = 0xff_ffff;

    /** The first, the last and the largest window of a channel. */
    record Windows(long first, long last, long largest) {
        Windows and(long window) {
            return new Windows(first, window, Math.max(largest, window));
        }
    }

    private final Map<Integer, Windows> channels = new ConcurrentHashMap<>();
    private final ByteBuffer header = ByteBuffer.allocate(WireFormat.HEADER_LENGTH);
    private ByteBuffer payload = ByteBuffer.allocate(0);
    /** Bytes of the frame's payload that are still to come. */
    private int missing;

    /** The next bytes of the tunnel, without the transport's. One thread. */
    void bytes(ByteBuffer more) {
        while (more.hasRemaining()) {
            if (missing > 0) {
                payload(more);
            } else {
                header(more);
            }
        }
    }

    private void header(ByteBuffer more) {
        while (header.hasRemaining() && more.hasRemaining()) {
            header.put(more.get());
        }
        if (!header.hasRemaining()) {
            missing = header.getInt(0) & LENGTH_BITS;
            payload = ByteBuffer.allocate(grantsWindow() ? missing : 0);
            if (missing == 0) {
                header.clear();
            }
        }
    }

    private void payload(ByteBuffer more) {
        int length = Math.min(missing, more.remaining());
        if (payload.hasRemaining()) {
            payload.put(more.slice().limit(length));
        }
        more.position(more.position() + length);
        missing -= length;
        if (missing == 0) {
            if (grantsWindow()) {
                note(payload.flip());
            }
            header.clear();
        }
    }

    private boolean grantsWindow() {
        byte type = header.get(0);
        return type == FrameType.OPEN.code()
                || type == FrameType.OPENED.code()
                || type == FrameType.WINDOW.code()
                || type == FrameType.WINDOWS.code();
    }

    private void note(ByteBuffer grant) {
        byte type = header.get(0);
        int channel = header.getInt(Integer.BYTES);
        if (type == FrameType.WINDOWS.code()) {
            while (grant.hasRemaining()) {
                note(grant.getInt(), grant.getLong(), grant.getLong());
            }
        } else if (type == FrameType.WINDOW.code()) {
            note(channel, grant.getLong(), grant.getLong());
        } else if (type == FrameType.OPENED.code()) {
            note(channel, 0, grant.getLong());
        } else {
            // Behind it are trace id and try number.
            note(channel, 0, grant.getLong(grant.limit() - 2 * Long.BYTES - Integer.BYTES));
        }
    }

    private void note(int channel, long consumed, long allowed) {
        long window = allowed - consumed;
        channels.merge(channel, new Windows(window, window, window), (known, one) -> known.and(window));
    }

    /** Of the channel that was opened last and has been granted a window. */
    Windows ofLast() {
        int last = channels.keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
        return channels.get(last);
    }

    /** The largest of all channels. */
    long largest() {
        return channels.values().stream().mapToLong(Windows::largest).max().orElse(0);
    }
}
