package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;

/** What a {@link Carrier} tells the tunnel on it. Called on the tunnel's thread only. */
public interface CarrierListener {

    /** Bytes arrived. Takes over {@code bytes} (releases it). */
    void received(ByteBuf bytes);

    /** The read turn is over: whatever was caused by it may be flushed now. */
    void readComplete();

    /** {@link Carrier#isWritable} became true again. */
    void writable();

    /**
     * The connection is gone; nothing else is called after this. Called exactly once.
     *
     * @param reason one phrase for the log
     */
    void closed(String reason);
}
