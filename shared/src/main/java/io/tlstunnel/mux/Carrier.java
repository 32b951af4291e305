package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;

/**
 * The transport connection under a tunnel or link, as the tunnel sees it: an ordered byte stream in which message
 * borders mean nothing. Called on the tunnel's thread only.
 *
 * <p>The other direction is {@link CarrierListener}.
 */
public interface Carrier {

    /** Free bytes that every buffer given to {@link #write} needs in front of its reader index. */
    int headroom();

    /** Allocates a direct buffer with {@code headroom()} free bytes in front and room for {@code capacity} more. */
    ByteBuf allocate(int capacity);

    /**
     * Queues whole frames. Takes over {@code frames} (releases it); its bytes, and the {@code headroom()} bytes in front
     * of them, may be overwritten: on a masked transport the payload is masked in place.
     *
     * @return the mask key that was applied from the first readable byte on; 0 if none
     */
    int write(ByteBuf frames);

    /**
     * Queues {@code head} and {@code payload} as one message. Takes over both, as {@link #write(ByteBuf)} does; only
     * {@code head} needs headroom.
     *
     * @return the mask key that was applied to {@code payload} from its first byte on, already turned to its phase; 0 if
     *     none
     */
    int write(ByteBuf head, ByteBuf payload);

    /** Hands everything queued to the system. */
    void flush();

    /** Whether less than 128 KiB waits between {@link #write} and the system. */
    boolean isWritable();

    /** Closes gracefully after what was written; {@link CarrierListener#closed} follows. Idempotent. */
    void close();

    /** Closes at once, dropping what waits; {@link CarrierListener#closed} follows. Idempotent. */
    void abort();
}
