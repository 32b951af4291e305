package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import java.util.List;

/**
 * What a public connection is routed by.
 *
 * @param holders incarnations of the nodes that have a tunnel of the session, this node's first if it is among them; at
 *     least one
 */
public record Route(String client, String proxy, SessionRef session, long revision, List<Long> holders) {}
