package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;

/**
 * The socket at one end of a stream (the visitor's on a node, the local service's in a client), as the stream sees it.
 * Called on the stream's thread only, and calls its {@link FarSocketListener} on it too.
 */
public interface FarSocket {

    /**
     * Asks for one read of at most {@code max} bytes (1 or more): exactly one of {@link FarSocketListener#data} or
     * {@link FarSocketListener#endOfInput} answers it, unless the socket fails first. At most one read is under way.
     */
    void read(int max);

    /**
     * Queues bytes for the peer. Takes over {@code bytes} (releases it). {@link FarSocketListener#written} tells when
     * the kernel has them.
     */
    void write(ByteBuf bytes);

    /** Hands everything queued to the kernel. */
    void flush();

    /**
     * Half-closes the output once everything queued is written; {@link FarSocketListener#outputShut} follows. Flushes.
     */
    void shutdownOutput();

    /** Closes at once; what the kernel has is still delivered. Idempotent. */
    void close();

    /**
     * Writes what is queued, as far as the peer takes it within {@code lingerMillis}, then resets the connection (RST).
     * Idempotent.
     */
    void reset(long lingerMillis);
}
