package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;

/**
 * What a {@link FarSocket} tells its stream. Called on the stream's thread only, and never from within a call to the
 * socket; nothing after {@link #failed}, {@link FarSocket#close} or {@link FarSocket#reset}, nor once both directions
 * have ended ({@link #endOfInput}, {@link #outputShut}): the socket has closed itself then.
 */
public interface FarSocketListener {

    /**
     * Bytes that {@link FarSocket#read} asked for. Takes over {@code chunk} (releases it). Where the socket can, the
     * {@code headroom} bytes in front of the reader index are free to be overwritten.
     *
     * @param headroom free bytes in front of the reader index; 0 if none
     */
    void data(ByteBuf chunk, int headroom);

    /** The peer has half-closed. */
    void endOfInput();

    /** The read turn is over: whatever was caused by it may be flushed now. */
    void readComplete();

    /** {@code bytes} more of what {@link FarSocket#write} queued are with the kernel. */
    void written(int bytes);

    /** The half-close that {@link FarSocket#shutdownOutput} asked for is done. */
    void outputShut();

    /**
     * The connection is gone without having been closed in both directions.
     *
     * @param reason one phrase for the log
     */
    void failed(FarFailure failure, String reason);

    /** Kinds of failure. */
    enum FarFailure {
        /** Reset by its peer. */
        RESET,
        /** Any other error. */
        ERROR
    }
}
