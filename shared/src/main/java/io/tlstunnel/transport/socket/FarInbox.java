package io.tlstunnel.transport.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.mux.FarSocketListener;
import io.tlstunnel.mux.FarSocketListener.FarFailure;
import org.jspecify.annotations.Nullable;

/**
 * What a far socket has to tell its listener, and has told: input that came before it was asked for, then end or
 * failure behind it; nothing after the end. Called on the socket's thread only.
 */
final class FarInbox {

    private @Nullable FarSocketListener listener;
    private @Nullable ByteBuf stored;
    private int storedHeadroom;
    private boolean endOfInput;
    private boolean endTold;
    private @Nullable Throwable inputFailure;
    private boolean over;
    private boolean readTurn;
    private @Nullable FarFailure failure;
    private String reason = "";

    void listener(FarSocketListener listener) {
        this.listener = listener;
    }

    /** Whether nothing will be told any more. */
    boolean isOver() {
        return over;
    }

    boolean isEndTold() {
        return endTold;
    }

    /** Whether a read can be answered with bytes, end or failure. */
    boolean hasInput() {
        return stored != null || endOfInput || inputFailure != null;
    }

    /** Whether a failure of the input waits behind bytes. */
    boolean hasStoredFailure() {
        return stored != null && inputFailure != null;
    }

    @Nullable
    Throwable inputFailure() {
        return inputFailure;
    }

    /** Keeps bytes that were not asked for. Takes over {@code chunk}. */
    void store(ByteBuf chunk) {
        if (over) {
            chunk.release();
        } else if (stored == null) {
            stored = chunk;
            storedHeadroom = chunk.readerIndex();
        } else {
            stored = Unpooled.wrappedBuffer(stored, chunk);
            storedHeadroom = 0;
        }
    }

    void endOfInput() {
        endOfInput = inputFailure == null;
    }

    void inputFailed(Throwable cause) {
        if (!endOfInput && inputFailure == null) {
            inputFailure = cause;
        }
    }

    /** Answers a read with bytes. Takes over {@code chunk}. */
    void tellData(ByteBuf chunk, int headroom) {
        if (over || listener == null) {
            chunk.release();
            return;
        }
        readTurn = true;
        listener.data(chunk, headroom);
    }

    /** Answers a read from what is stored; false if that is a failure. */
    boolean tellStored(int max) {
        ByteBuf bytes = stored;
        if (bytes != null) {
            int headroom = storedHeadroom;
            if (bytes.readableBytes() <= max) {
                stored = null;
                tellData(bytes, headroom);
            } else {
                // What lies in front of the rest belongs to this slice now.
                storedHeadroom = 0;
                tellData(bytes.readRetainedSlice(max), 0);
            }
        } else if (inputFailure != null) {
            return false;
        } else if (!endTold && !over && listener != null) {
            endTold = true;
            readTurn = true;
            listener.endOfInput();
        }
        tellReadComplete();
        return true;
    }

    /** Ends a read turn if anything was told in it. */
    void tellReadComplete() {
        if (readTurn && !over && listener != null) {
            readTurn = false;
            listener.readComplete();
        }
    }

    void tellWritten(int bytes) {
        if (!over && listener != null) {
            listener.written(bytes);
        }
    }

    void tellOutputShut() {
        if (!over && listener != null) {
            listener.outputShut();
        }
    }

    /** Tells the failure, unless all is over; if nobody listens yet, {@link #tellFailure} does so. */
    void fail(FarFailure failure, String reason) {
        if (!over) {
            this.failure = failure;
            this.reason = reason;
            end();
            tellFailure();
        }
    }

    void tellFailure() {
        FarFailure untold = failure;
        if (untold != null && listener != null) {
            failure = null;
            listener.failed(untold, reason);
        }
    }

    /** Tells nothing from now on, and drops what is stored. */
    void end() {
        over = true;
        ByteBuf bytes = stored;
        stored = null;
        if (bytes != null) {
            bytes.release();
        }
    }
}
