package io.tlstunnel.config;

import org.jspecify.annotations.Nullable;

/**
 * Where a node listens for the visitors of its clients and of those of other nodes.
 *
 * @param bind address that public ports are opened on instead of those asked for, or null
 * @param on which nodes listen
 * @param policy when a proxy counts as published
 */
public record Publishing(@Nullable String bind, On on, Policy policy) {

    /** {@code publish_on}. */
    public enum On {
        /** Every node of the cluster. */
        ALL,
        /** Nodes that have a tunnel of the client. */
        OWNER
    }

    /** {@code publish_policy}. */
    public enum Policy {
        /** One node has the address. */
        AVAILABLE,
        /** All nodes have it. */
        ALL
    }
}
