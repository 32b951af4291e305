package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import java.util.List;

/**
 * What all nodes together say of one client.
 *
 * @param session the one that counts
 * @param holders where that has its tunnels, this node's first; empty while it waits for one
 * @param said the registrations with the highest revision of its proxies; empty before the client has said which
 */
public record RoutedClient(String name, SessionRef session, List<Holder> holders, List<Registration> said) {}
