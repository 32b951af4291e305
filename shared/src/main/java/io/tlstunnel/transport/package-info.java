/**
 * Bytes in, bytes out: TLS, WebSocket, HTTP CONNECT, sockets. The only place that knows the internals of Vert.x and
 * Netty.
 */
@NullMarked
package io.tlstunnel.transport;

import org.jspecify.annotations.NullMarked;
