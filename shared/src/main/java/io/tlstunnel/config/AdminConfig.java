package io.tlstunnel.config;

import org.jspecify.annotations.Nullable;

/**
 * {@code [admin]}: health, metrics and, in a server, the API.
 *
 * @param bindAddr address (127.0.0.1)
 * @param bindPort port (9900); 0 = any free one
 * @param metricsMaxProxies per-proxy series at most (200); the rest count as {@code other}
 * @param token what the API asks for; null: it answers on a loopback address only
 */
public record AdminConfig(
        boolean enabled,
        String bindAddr,
        int bindPort,
        int metricsMaxProxies,
        @Nullable Secret token) {

    /** Without a token. */
    public AdminConfig(boolean enabled, String bindAddr, int bindPort, int metricsMaxProxies) {
        this(enabled, bindAddr, bindPort, metricsMaxProxies, null);
    }
}
