package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;

/** "This ingress key belongs to that client": one per key. */
public record Claim(IngressKey key, String client, String proxy, SessionRef session) {}
