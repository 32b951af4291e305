/** Both ends together: real sockets, real TLS, real files, real processes. */
@NullMarked
package io.tlstunnel.e2e;

import org.jspecify.annotations.NullMarked;
