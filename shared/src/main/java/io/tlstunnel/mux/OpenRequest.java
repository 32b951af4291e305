package io.tlstunnel.mux;

import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.StreamId;

/**
 * A stream to open.
 *
 * @param proxy name of the proxy it belongs to
 * @param revision revision of the proxies that it was routed by
 * @param source address of the visitor
 * @param destination address that the visitor dialled
 * @param trace trace id for the logs of both ends
 */
public record OpenRequest(
        StreamId id, String proxy, long revision, Endpoint source, Endpoint destination, long trace) {}
