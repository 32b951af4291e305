/**
 * What a client counts. The HTTP side (health, metrics) is {@code io.tlstunnel.metrics}, which the server shares.
 */
@NullMarked
package io.tlstunnel.client.status;

import org.jspecify.annotations.NullMarked;
