package io.tlstunnel.transport.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * What may be read from one channel: one chunk for each {@link #ask}, never more bytes than asked for, with
 * {@link #HEADROOM} free bytes in front.
 *
 * <p>After a peer's FIN or RST Netty reads on until the input is drained, asked or not: megabytes that nobody has room
 * for. All that it gets here then is one small buffer (so that a reset with nothing in front of it is noticed at once),
 * and after that {@link NotAskedException}, which ends its loop; the rest stays with the kernel until it is asked for.
 */
final class ReadDemand implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {

    /** A WebSocket header with mask (14) and a frame header (8), rounded up. */
    static final int HEADROOM = 32;

    /** Capacities, headroom included: powers of two, because allocators round everything else up. */
    private static final int SMALLEST = 2 * 1024;

    private static final int LARGEST = 64 * 1024;

    private int max;
    private int capacity = SMALLEST;
    private boolean wasSmall;
    private boolean probed;
    private boolean inputEnding;
    private int allocatedThisTurn;
    private int attempted;
    private int lastRead;

    /** Allows one chunk of at most {@code max} bytes. */
    void ask(int max) {
        this.max = max;
    }

    boolean isAsked() {
        return max > 0;
    }

    int max() {
        return max;
    }

    /** A chunk was delivered. */
    void answered() {
        max = 0;
    }

    /** Whether the channel showed a sign that its peer's FIN or RST has arrived, at the end of what is unread. */
    boolean isInputEnding() {
        return inputEnding;
    }

    /** The type in the signature is Netty's. */
    @Override
    @SuppressWarnings("deprecation")
    public RecvByteBufAllocator.Handle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
        // A second buffer in one turn, or one that was not asked for, is handed out only after FIN or RST.
        inputEnding |= allocatedThisTurn++ > 0 || max == 0;
        int size = Math.min(capacity - HEADROOM, max);
        if (max == 0) {
            if (probed) {
                throw new NotAskedException();
            }
            probed = true;
            size = SMALLEST - HEADROOM;
        }
        return allocator.directBuffer(HEADROOM + size, HEADROOM + size).setIndex(HEADROOM, HEADROOM);
    }

    @Override
    public int guess() {
        return capacity - HEADROOM;
    }

    @Override
    public void reset(ChannelConfig config) {
        allocatedThisTurn = 0;
    }

    @Override
    public void incMessagesRead(int count) {
        // One message a turn: there is nothing to count.
    }

    @Override
    public void lastBytesRead(int bytes) {
        lastRead = bytes;
        if (bytes == capacity - HEADROOM) {
            capacity = Math.min(4 * capacity, LARGEST);
            wasSmall = false;
        } else if (bytes > 0 && bytes <= capacity / 2 - HEADROOM) {
            // One short read is the tail of something; two in a row are a habit.
            if (wasSmall) {
                capacity = Math.max(capacity / 2, SMALLEST);
            }
            wasSmall = !wasSmall;
        }
    }

    @Override
    public int lastBytesRead() {
        return lastRead;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attempted = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attempted;
    }

    @Override
    public boolean continueReading() {
        return false;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreDataSupplier) {
        return false;
    }

    @Override
    public void readComplete() {
        // Sizes are learnt from single reads.
    }

    /** Ends a read loop that nobody asked for; cheap, as it has no stack trace. */
    static final class NotAskedException extends RuntimeException {

        private NotAskedException() {
            super("nobody asked for more input", null, false, false);
        }
    }
}
