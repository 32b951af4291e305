package io.tlstunnel.server.tunnel;

import io.tlstunnel.security.NodeKey;
import io.tlstunnel.wire.StreamId;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who this node is. Any thread.
 *
 * @param id node id, for people
 * @param incarnation random, new at each start
 * @param counter numbers the streams that enter here
 */
public record NodeIdentity(String id, long incarnation, NodeKey key, Grants clients, AtomicLong counter) {

    /** An id for a stream that enters here, never used before. */
    public StreamId nextStream() {
        return new StreamId(incarnation, counter.incrementAndGet());
    }
}
