/**
 * The sockets at the far ends of streams: the visitor's on a node, the local service's in a client. Two data paths with
 * one contract: our own handlers on Netty, and the public Vert.x API.
 */
@NullMarked
package io.tlstunnel.transport.socket;

import org.jspecify.annotations.NullMarked;
