/** The server: one node that accepts clients and publishes their services. */
@NullMarked
package io.tlstunnel.server;

import org.jspecify.annotations.NullMarked;
