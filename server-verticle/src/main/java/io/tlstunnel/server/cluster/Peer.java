package io.tlstunnel.server.cluster;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * Another member, as this node sees it.
 *
 * @param name node id, for people
 * @param link where its links are dialled
 * @param since when this node met it
 * @param links those that this node's visitors can take to it
 */
public record Peer(String name, long incarnation, InetSocketAddress link, Instant since, int links) {}
