/** Looks after the local services: asks each now and then, and says which are down. */
@NullMarked
package io.tlstunnel.client.health;

import org.jspecify.annotations.NullMarked;
