/** Keys, the handshake's mutual proof, and certificates. */
@NullMarked
package io.tlstunnel.security;

import org.jspecify.annotations.NullMarked;
