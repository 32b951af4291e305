package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames on a carrier in order: small ones are gathered into one buffer, so that many streams share one message,
 * one TLS record and one system call; large DATA goes as it was read, with its header written in front of it in place.
 */
final class FrameWriter {

    /** Payloads up to this are copied into the gathering buffer: cheaper than a message of their own. */
    static final int SMALL = 2 * 1024;

    /** Bytes after which the carrier is flushed, so that its writability tells the truth. */
    static final int FLUSH_EVERY = 64 * 1024;

    private static final int GATHER = 4 * 1024;
    private static final int GATHER_MAX = 32 * 1024;
    private static final int HEADER = 8;

    private final Carrier carrier;
    private @Nullable ByteBuf gathering;
    private int unflushed;

    FrameWriter(Carrier carrier) {
        this.carrier = carrier;
    }

    /** Queues a frame without payload of its own. */
    void write(Frame frame) {
        ByteBuf out = gather(0);
        FrameEncoder.encode(frame, out);
        bound(out);
    }

    /**
     * Queues one DATA frame with the {@code length} bytes at {@code chunk}'s reader index, which moves behind them, and
     * keeps them in {@code retention}.
     *
     * @param headroom bytes in front of the reader index that may be overwritten
     */
    void writeData(int channel, ByteBuf chunk, int length, int headroom, Retention retention, long offset) {
        if (length <= SMALL) {
            writeSmall(channel, chunk, length, retention, offset);
            return;
        }
        passOn();
        int start = chunk.readerIndex();
        int maskKey;
        if (headroom >= carrier.headroom() + HEADER) {
            ByteBuf frame = chunk.retainedDuplicate();
            frame.setIndex(start - HEADER, start + length);
            FrameEncoder.dataHeader(frame, start - HEADER, channel, length);
            maskKey = carrier.write(frame);
        } else {
            ByteBuf head = carrier.allocate(HEADER);
            FrameEncoder.dataHeader(head, channel, length);
            maskKey = carrier.write(head, chunk.retainedSlice(start, length));
        }
        retention.addSlice(chunk, length, offset, maskKey);
        count(HEADER + length);
    }

    private void writeSmall(int channel, ByteBuf chunk, int length, Retention retention, long offset) {
        ByteBuf out = gather(HEADER + length);
        FrameEncoder.dataHeader(out, channel, length);
        out.writeBytes(chunk, chunk.readerIndex(), length);
        retention.addCopy(chunk, length, offset);
        bound(out);
    }

    /** Queues one DATA frame with the next {@code length} bytes of {@code chunk}, which are read; no copy is kept. */
    void writePassedOn(int channel, ByteBuf chunk, int length) {
        if (length <= SMALL) {
            ByteBuf out = gather(HEADER + length);
            FrameEncoder.dataHeader(out, channel, length);
            out.writeBytes(chunk, length);
            bound(out);
            return;
        }
        passOn();
        // What lies in front of it in its buffer may be another frame's that is still to be written: no header goes
        // there.
        ByteBuf head = carrier.allocate(HEADER);
        FrameEncoder.dataHeader(head, channel, length);
        carrier.write(head, chunk.readRetainedSlice(length));
        count(HEADER + length);
    }

    /** Queues one DATA frame with {@code length} bytes from {@code offset} on that were sent before, on whatever tunnel. */
    void writeAgain(int channel, Retention retention, long offset, int length) {
        // On a copy: the older tunnel may still be writing the bytes that are kept.
        ByteBuf out = length <= SMALL ? gather(HEADER + length) : large(HEADER + length);
        FrameEncoder.dataHeader(out, channel, length);
        retention.copyTo(out, offset, length);
        if (length <= SMALL) {
            bound(out);
        } else {
            carrier.write(out);
            count(HEADER + length);
        }
    }

    private ByteBuf large(int length) {
        passOn();
        return carrier.allocate(length);
    }

    /** Hands everything to the system. */
    void flush() {
        passOn();
        if (unflushed > 0) {
            unflushed = 0;
            carrier.flush();
        }
    }

    /** Drops what was gathered; for a carrier that is gone. */
    void release() {
        if (gathering != null) {
            gathering.release();
            gathering = null;
        }
    }

    private ByteBuf gather(int needed) {
        if (gathering == null) {
            gathering = carrier.allocate(Math.max(GATHER, needed));
        }
        return gathering;
    }

    private void bound(ByteBuf out) {
        if (out.readableBytes() >= GATHER_MAX) {
            passOn();
        }
    }

    private void passOn() {
        if (gathering != null) {
            ByteBuf out = gathering;
            gathering = null;
            int length = out.readableBytes();
            carrier.write(out);
            count(length);
        }
    }

    private void count(int bytes) {
        unflushed += bytes;
        if (unflushed >= FLUSH_EVERY) {
            unflushed = 0;
            carrier.flush();
        }
    }
}
