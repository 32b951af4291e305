/** The public side: which proxies are published, their listening sockets, and connections that wait for a tunnel. */
@NullMarked
package io.tlstunnel.server.ingress;

import org.jspecify.annotations.NullMarked;
