package io.tlstunnel.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code [cluster]}: how this node finds the others, and shows that it belongs to them.
 *
 * @param name of the cluster; nodes of another name are not met
 * @param secret what all nodes share, and nobody else
 * @param nodeAddr IP address that the other nodes reach this one at, or null: found out at start
 * @param clusterPort port of Hazelcast (5701)
 * @param linkPort port of the links (7443)
 * @param linkFiles certificates given for links, or null: made from the secret
 * @param members where other nodes are looked for; one that is a DNS name stands for all its addresses
 * @param network whether {@code nodeAddr} may be a public address
 * @param relayBudget bytes that streams of other nodes may hold here on their way, for each tunnel of a client
 */
public record ClusterConfig(
        String name,
        Secret secret,
        @Nullable String nodeAddr,
        int clusterPort,
        int linkPort,
        @Nullable LinkFiles linkFiles,
        List<HostPort> members,
        Network network,
        long relayBudget) {

    /** Port of the event bus. */
    public int eventBusPort() {
        return clusterPort + 1;
    }

    /** Every port that the node itself listens on for the others. */
    public Set<Integer> ownPorts() {
        return Set.of(clusterPort, eventBusPort(), linkPort);
    }

    /**
     * Files in PEM, for links.
     *
     * @param cert chain that this node shows
     * @param key private key of the first certificate of the chain
     * @param ca roots that the other nodes' chains have to lead to
     */
    public record LinkFiles(Path cert, Path key, Path ca) {}

    /** What lies between the nodes. */
    public enum Network {
        /** A network of their own: Hazelcast's traffic is not encrypted. */
        PRIVATE,
        /** Whatever the user says that it is. */
        ANY
    }
}
