package io.tlstunnel.server.routing;

/**
 * Where a session has a tunnel.
 *
 * @param incarnation of the node
 * @param loop number of the event loop there; links come from one loop each
 */
public record Holder(long incarnation, int loop) {}
