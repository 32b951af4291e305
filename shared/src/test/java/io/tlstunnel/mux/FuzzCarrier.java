package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/** The connection to a hostile peer: keeps what is written until the peer cares to read it. */
final class FuzzCarrier implements Carrier {
    private static final int HIGH_WATER = 128 * 1024;

    private final ByteBufAllocator allocator;
    private final Runnable closer;
    private byte[] queue = new byte[256];
    private int queued;
    private int callsLeft;
    private boolean closing;
    private boolean lost;

    /** @param closer the connection is to end */
    FuzzCarrier(ByteBufAllocator allocator, Runnable closer) {
        this.allocator = allocator;
        this.closer = closer;
    }

    /** More calls than that, before this is called again, are taken for an endless loop. */
    void allow(int calls) {
        callsLeft = calls;
    }

    boolean isClosing() {
        return closing;
    }

    /** The connection breaks, and the end has not heard of it yet. */
    void lose() {
        lost = true;
        end();
    }

    /** Bytes that were written and not read. */
    int unread() {
        return queued;
    }

    /** Takes everything that was written. The buffer is good until the next write. */
    ByteBuf read() {
        int length = queued;
        queued = 0;
        return Unpooled.wrappedBuffer(queue, 0, length);
    }

    @Override
    public int headroom() {
        return PipeCarrier.HEADROOM;
    }

    @Override
    public ByteBuf allocate(int capacity) {
        return PipeCarrier.allocate(allocator, capacity);
    }

    @Override
    public int write(ByteBuf frames) {
        if (closing && !lost) {
            throw new AssertionError("a write behind the end");
        }
        count();
        int length = frames.readableBytes();
        if (length == 0) {
            throw new AssertionError("an empty write");
        }
        if (queued + length > queue.length) {
            queue = Arrays.copyOf(queue, Math.max(2 * queue.length, queued + length));
        }
        frames.readBytes(queue, queued, length).release();
        queued += length;
        return 0;
    }

    @Override
    public int write(ByteBuf head, ByteBuf payload) {
        write(head);
        return write(payload);
    }

    @Override
    public void flush() {
        // Written is sent.
    }

    @Override
    public boolean isWritable() {
        count();
        return !closing && queued < HIGH_WATER;
    }

    private void count() {
        if (--callsLeft < 0) {
            throw new AssertionError("it writes and writes");
        }
    }

    @Override
    public void close() {
        end();
    }

    @Override
    public void abort() {
        end();
    }

    private void end() {
        if (!closing) {
            closing = true;
            closer.run();
        }
    }
}
