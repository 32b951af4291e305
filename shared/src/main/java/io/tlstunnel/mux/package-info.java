/**
 * Tunnels and streams: state machines without I/O and without a clock of their own, so that the same classes run on
 * sockets and in a simulation. {@code ByteBuf} is the only Netty type they know. Everything of one tunnel, and every
 * stream on it, is called on one thread.
 */
@NullMarked
package io.tlstunnel.mux;

import org.jspecify.annotations.NullMarked;
