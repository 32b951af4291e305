package io.tlstunnel.server.admin;

/** Why a public connection was turned away before it became a stream. */
public enum VisitorRefusal {
    /** No tunnel of the client came up within {@code hold_timeout}. */
    NO_TUNNEL,
    /** The client has as many streams open as it may. */
    LIMIT,
    /** More came in a second than the key or the proxy allows. */
    RATE,
    /** No memory or descriptors left for it. */
    OVERLOAD,
    /** The key or an address list does not allow it. */
    FORBIDDEN,
    /** Not from a balancer of {@code trusted_proxies}, or without a proper PROXY header, where there must be one. */
    PROXY_HEADER,
    /** The node is leaving. */
    DRAINING
}
