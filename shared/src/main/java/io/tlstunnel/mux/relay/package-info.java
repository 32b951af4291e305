/**
 * A node between an ingress and a client: passes channels on between a link and a tunnel, and bounds what it holds for
 * that by lowering the windows that pass through. It keeps nothing that a resume needs: the ends do.
 */
@NullMarked
package io.tlstunnel.mux.relay;

import org.jspecify.annotations.NullMarked;
