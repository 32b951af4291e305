package io.tlstunnel.client;

/**
 * A proxy that the server publishes.
 *
 * @param proxy its name
 * @param host public address as the server told it
 * @param port public port
 */
public record Published(String proxy, String host, int port) {}
