package io.tlstunnel.config;

/**
 * {@code [admin]}: health and metrics.
 *
 * @param bindAddr address (127.0.0.1)
 * @param bindPort port (9900); 0 = any free one
 * @param metricsMaxProxies per-proxy series at most (200); the rest count as {@code other}
 */
public record AdminConfig(boolean enabled, String bindAddr, int bindPort, int metricsMaxProxies) {}
