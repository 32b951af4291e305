/** Keeps the client's tunnels up: dials, proves the key, registers the proxies, dials again. */
@NullMarked
package io.tlstunnel.client.tunnel;

import org.jspecify.annotations.NullMarked;
