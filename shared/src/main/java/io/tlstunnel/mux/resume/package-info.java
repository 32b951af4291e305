/**
 * Streams that outlive their tunnel: who has which stream, where it lives, and how it gets onto the next tunnel. The
 * threads are the owner's: tasks travel through {@link TunnelHandle#run}, so that a simulation can drive the same classes.
 */
@NullMarked
package io.tlstunnel.mux.resume;

import org.jspecify.annotations.NullMarked;
