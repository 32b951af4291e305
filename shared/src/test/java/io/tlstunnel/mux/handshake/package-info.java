/** Tests of the handshake, attacks included. */
@NullMarked
package io.tlstunnel.mux.handshake;

import org.jspecify.annotations.NullMarked;
