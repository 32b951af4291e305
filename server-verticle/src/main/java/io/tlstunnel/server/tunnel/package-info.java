/** Handshakes, sessions and their tunnels on this node. */
@NullMarked
package io.tlstunnel.server.tunnel;

import org.jspecify.annotations.NullMarked;
