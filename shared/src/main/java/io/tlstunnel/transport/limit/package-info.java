/**
 * Limits on what passes: how many connections begin, how fast the bytes of a stream move. Counted by time alone, without
 * a lock and without a thread; where nothing is limited nothing of this is in the way.
 */
@NullMarked
package io.tlstunnel.transport.limit;

import org.jspecify.annotations.NullMarked;
