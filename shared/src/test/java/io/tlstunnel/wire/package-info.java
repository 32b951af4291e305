/** Tests of the wire protocol. */
@NullMarked
package io.tlstunnel.wire;

import org.jspecify.annotations.NullMarked;
