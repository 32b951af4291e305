package io.tlstunnel.mux;

import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * A stream to open.
 *
 * @param proxy name of the proxy it belongs to
 * @param revision revision of the proxies that it was routed by
 * @param source address of the visitor
 * @param destination address that the visitor dialled
 * @param trace trace id for the logs of both ends
 * @param session whose it is; null on a single node, which has no links to tell it on
 */
public record OpenRequest(
        StreamId id,
        String proxy,
        long revision,
        Endpoint source,
        Endpoint destination,
        long trace,
        @Nullable SessionRef session) {

    public OpenRequest(StreamId id, String proxy, long revision, Endpoint source, Endpoint destination, long trace) {
        this(id, proxy, revision, source, destination, trace, null);
    }
}
