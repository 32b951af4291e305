package io.tlstunnel.config;

/** How bytes travel between client and node. */
public enum TransportKind {
    /** WebSocket over TLS. */
    WSS,
    /** WebSocket without TLS: behind a balancer that ends TLS, or on loopback. */
    WS
}
