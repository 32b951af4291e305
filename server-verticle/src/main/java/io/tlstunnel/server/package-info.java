/** The node: the tunnel port, sessions, published ports. */
@NullMarked
package io.tlstunnel.server;

import org.jspecify.annotations.NullMarked;
