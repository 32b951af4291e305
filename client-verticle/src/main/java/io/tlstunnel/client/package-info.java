/** The side behind the firewall: keeps its tunnels up and dials the local services. */
@NullMarked
package io.tlstunnel.client;

import org.jspecify.annotations.NullMarked;
