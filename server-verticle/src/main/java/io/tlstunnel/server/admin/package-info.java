/**
 * What a node counts. The HTTP side (health, metrics) is {@code io.tlstunnel.metrics}, which the client shares.
 */
@NullMarked
package io.tlstunnel.server.admin;

import org.jspecify.annotations.NullMarked;
