/**
 * The wire protocol, version 1: frames and their codec. Pure: bytes in, records out, and back. Knows no socket, no
 * clock and no stream state. {@code docs/protocol.md} states every byte of it.
 */
@NullMarked
package io.tlstunnel.wire;

import org.jspecify.annotations.NullMarked;
