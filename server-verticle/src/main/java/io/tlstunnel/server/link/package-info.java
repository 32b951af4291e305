/**
 * Links between nodes. Each loop that has a client's tunnel dials every other node; visitors of that node come back over
 * it, to the very thread of the tunnel.
 */
@NullMarked
package io.tlstunnel.server.link;

import org.jspecify.annotations.NullMarked;
