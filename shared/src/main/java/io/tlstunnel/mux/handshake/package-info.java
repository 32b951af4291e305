/**
 * The handshake and its mutual proof (docs/protocol.md): two state machines without I/O and without a clock. Each is fed the
 * frames of one connection, with their bytes, on one thread, and answers with the step to take.
 */
@NullMarked
package io.tlstunnel.mux.handshake;

import org.jspecify.annotations.NullMarked;
