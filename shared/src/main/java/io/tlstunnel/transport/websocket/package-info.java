/**
 * WebSocket (RFC 6455) under a tunnel: one codec of ours for the fast path, an adapter to Vert.x's own for the plain
 * one. Both give the same {@link io.tlstunnel.transport.CarrierConnection}: binary messages whose borders mean nothing.
 */
@NullMarked
package io.tlstunnel.transport.websocket;

import org.jspecify.annotations.NullMarked;
