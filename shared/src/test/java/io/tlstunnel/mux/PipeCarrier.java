package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection in memory, in virtual time, as unkind as the contract allows: bytes arrive in pieces cut
 * anywhere, what was written is overwritten at once (as masking does), and so is the headroom in front of it.
 */
final class PipeCarrier implements Carrier {
    static final int HEADROOM = 14;
    private static final int SMALL = 128;
    private static final int HIGH_WATER = 128 * 1024;

    /** Sees what travels, on both ends of the way. The buffers are the tap's to read, not to keep. */
    interface Tap {
        void written(ByteBuf bytes);

        void delivered(ByteBuf bytes);
    }

    /**
     * How the pipe behaves.
     *
     * @param latencyNanos from one end to the other
     * @param maxPauseNanos longest time between two pieces
     * @param maxPiece largest piece in bytes
     */
    record Pace(long latencyNanos, long maxPauseNanos, int maxPiece) {}

    private final ManualTimers timers;
    private final ByteBufAllocator allocator;
    private final SplittableRandom random;
    private final Pace pace;
    private final Tap tap;
    private final ByteBuf queue = Unpooled.buffer();
    private @Nullable PipeCarrier peer;
    private @Nullable CarrierListener listener;
    private int highWater = HIGH_WATER;
    private int flushed;
    private boolean moving;
    private boolean closing;
    private boolean closed;
    private boolean cut;

    PipeCarrier(ManualTimers timers, ByteBufAllocator allocator, SplittableRandom random, Pace pace, Tap tap) {
        this.timers = timers;
        this.allocator = allocator;
        this.random = random;
        this.pace = pace;
        this.tap = tap;
    }

    static void join(PipeCarrier one, PipeCarrier other) {
        one.peer = other;
        other.peer = one;
    }

    void listener(CarrierListener newListener) {
        listener = newListener;
    }

    /** Takes no more once so many bytes wait. */
    PipeCarrier highWater(int bytes) {
        highWater = bytes;
        return this;
    }

    /** From now on everything written here is lost, and nobody is told: a dead link. */
    void cut() {
        cut = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** The connection is reset: what is under way is lost, and each end hears of it after a time of its own. */
    void breakOff(long hereAfterNanos, long thereAfterNanos) {
        PipeCarrier other = peer;
        cut();
        timers.schedule(hereAfterNanos, this::abort);
        if (other != null) {
            other.cut();
            timers.schedule(thereAfterNanos, other::abort);
        }
    }

    // ---- Carrier ----------------------------------------------------------------------------------------------------

    @Override
    public int headroom() {
        return HEADROOM;
    }

    @Override
    public ByteBuf allocate(int capacity) {
        return allocate(allocator, capacity);
    }

    /** With headroom in front; it grows, and most frames are small. */
    static ByteBuf allocate(ByteBufAllocator allocator, int capacity) {
        return allocator
                .buffer(HEADROOM + Math.min(capacity, SMALL))
                .writeZero(HEADROOM)
                .readerIndex(HEADROOM);
    }

    @Override
    public int write(ByteBuf frames) {
        if (frames.readerIndex() < HEADROOM) {
            throw new AssertionError("only " + frames.readerIndex() + " bytes of headroom");
        }
        return take(frames, frames.readerIndex() - HEADROOM);
    }

    @Override
    public int write(ByteBuf head, ByteBuf payload) {
        write(head);
        return take(payload, payload.readerIndex());
    }

    private int take(ByteBuf bytes, int spoilFrom) {
        if (!bytes.isReadable()) {
            throw new AssertionError("an empty write");
        }
        if (!closing && !closed) {
            tap.written(bytes.duplicate());
            queue.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        }
        int key = random.nextInt();
        spoil(bytes, spoilFrom, key);
        bytes.release();
        return key;
    }

    private static void spoil(ByteBuf bytes, int from, int key) {
        for (int i = from; i < bytes.readerIndex(); i++) {
            bytes.setByte(i, 0xEE);
        }
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            int phase = (i - bytes.readerIndex()) & 3;
            bytes.setByte(i, bytes.getByte(i) ^ (key >>> (24 - 8 * phase)));
        }
    }

    @Override
    public void flush() {
        flushed = queue.readableBytes();
        move();
    }

    @Override
    public boolean isWritable() {
        return !closed && queue.readableBytes() < highWater;
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            flush();
        }
    }

    @Override
    public void abort() {
        closing = true;
        queue.clear();
        flushed = 0;
        end();
    }

    // ---- the way ----------------------------------------------------------------------------------------------------

    private void move() {
        if (!moving && !closed && (flushed > 0 || closing)) {
            moving = true;
            timers.schedule(random.nextLong(pace.maxPauseNanos() + 1), this::moveSome);
        }
    }

    private void moveSome() {
        moving = false;
        if (closed) {
            return;
        }
        boolean wasWritable = isWritable();
        if (flushed > 0) {
            int length = 1 + random.nextInt(Math.min(flushed, pace.maxPiece()));
            ByteBuf piece = allocator.buffer(length).writeBytes(queue, length);
            queue.discardSomeReadBytes();
            flushed -= length;
            send(piece);
        } else if (closing) {
            end();
            return;
        }
        if (!wasWritable && isWritable() && listener != null) {
            listener.writable();
        }
        move();
    }

    private void send(ByteBuf piece) {
        PipeCarrier other = peer;
        if (cut || other == null) {
            piece.release();
            return;
        }
        timers.schedule(pace.latencyNanos(), () -> {
            if (cut || other.closed || other.listener == null) {
                piece.release();
            } else {
                tap.delivered(piece.duplicate());
                other.listener.received(piece);
                other.listener.readComplete();
            }
        });
    }

    private void end() {
        if (closed) {
            return;
        }
        closed = true;
        timers.schedule(0, () -> tellClosed(this));
        PipeCarrier other = peer;
        if (other != null && !cut) {
            timers.schedule(pace.latencyNanos(), () -> {
                if (!other.closed) {
                    other.closed = true;
                    other.closing = true;
                    tellClosed(other);
                }
            });
        }
    }

    private static void tellClosed(PipeCarrier end) {
        if (end.listener != null) {
            end.listener.closed("the pipe was closed");
        }
    }
}
