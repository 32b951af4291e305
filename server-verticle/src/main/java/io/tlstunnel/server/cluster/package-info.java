/**
 * What makes a node one of several: membership and claims by Hazelcast, and an event bus over mutual TLS. A node without
 * {@code [cluster]} loads nothing of this.
 */
@NullMarked
package io.tlstunnel.server.cluster;

import org.jspecify.annotations.NullMarked;
