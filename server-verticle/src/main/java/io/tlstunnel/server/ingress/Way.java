package io.tlstunnel.server.ingress;

import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.SessionPaths;

/** How a visitor gets to a client, as of this moment. */
record Way(Route route, SessionPaths paths, NodeTunnel tunnel, ProxyMeter meter) {}
