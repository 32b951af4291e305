/** How a client reaches a node: name resolution, HTTP proxy, TLS, upgrade; each failure as a sentence that helps. */
@NullMarked
package io.tlstunnel.transport.dial;

import org.jspecify.annotations.NullMarked;
