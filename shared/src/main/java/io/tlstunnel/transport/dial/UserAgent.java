package io.tlstunnel.transport.dial;

/** How a client names itself to proxies and balancers. */
final class UserAgent {
    static final String VALUE = "tls-tunnel";

    private UserAgent() {}
}
