/** Tests of TLS on real sockets, with both engines. */
@NullMarked
package io.tlstunnel.transport.tls;

import org.jspecify.annotations.NullMarked;
