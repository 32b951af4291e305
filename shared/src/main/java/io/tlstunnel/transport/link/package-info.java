/** Connections between nodes: TLS with a certificate at both ends, and the frames right on it. */
@NullMarked
package io.tlstunnel.transport.link;

import org.jspecify.annotations.NullMarked;
