package io.tlstunnel.server.routing;

import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.SessionRef;

/** What a public connection is routed by. */
public record Route(String client, ProxySpec proxy, SessionRef session, long revision) {}
