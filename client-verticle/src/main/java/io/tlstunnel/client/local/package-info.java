/** Dials the local services for the streams that come out of a tunnel. */
@NullMarked
package io.tlstunnel.client.local;

import org.jspecify.annotations.NullMarked;
