package io.tlstunnel.client;

/**
 * A proxy that the server publishes.
 *
 * @param proxy its name
 * @param host address that the server listens on
 * @param port public port
 */
public record Published(String proxy, String host, int port) {}
