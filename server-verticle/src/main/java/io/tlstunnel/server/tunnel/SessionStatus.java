package io.tlstunnel.server.tunnel;

import java.util.List;

/**
 * A session of this node at one moment.
 *
 * @param suspendedAtMillis when its last tunnel went, while SUSPENDED
 */
public record SessionStatus(Session.State state, long suspendedAtMillis, List<TunnelStatus> tunnels) {}
