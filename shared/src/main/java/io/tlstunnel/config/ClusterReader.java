package io.tlstunnel.config;

import io.tlstunnel.config.Schema.Cluster;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A server's {@code [cluster]} to its record. */
final class ClusterReader {
    private final Tables tables;
    private final Table server;

    ClusterReader(Tables tables, Table server) {
        this.tables = tables;
        this.server = server;
    }

    /** What the table says, or null if the node is a single one; mistakes are noted. */
    @Nullable
    ClusterConfig read() {
        final Table cluster = tables.single(Cluster.SECTION);
        final Boolean enabled = cluster.find(Cluster.ENABLED);
        if (!tables.has(Cluster.SECTION) || Boolean.FALSE.equals(enabled)) {
            return null;
        }
        final KeyReader reader = new KeyReader(cluster, Cluster.SECRET, Cluster.SECRET_FILE, null);
        final List<Secret> secrets = reader.read();
        if (!reader.isGiven() && tables.areWhole()) {
            cluster.problems()
                    .add(
                            cluster.at(Cluster.SECRET),
                            "secret",
                            "is missing in [cluster]; make one with `tls-tunnel key`, the same for all nodes");
        }
        checkPorts(cluster);
        final ClusterConfig.LinkFiles linkFiles = linkFiles(cluster);
        final List<Addresses.Endpoint> members = cluster.find(Cluster.MEMBERS);
        final Integer clusterPort = cluster.find(Cluster.CLUSTER_PORT);
        final Integer linkPort = cluster.find(Cluster.LINK_PORT);
        final String name = cluster.find(Cluster.NAME);
        final Long relayBudget = cluster.find(Cluster.RELAY_BUDGET);
        if (secrets.isEmpty()
                || members == null
                || clusterPort == null
                || linkPort == null
                || name == null
                || relayBudget == null) {
            return null;
        }
        return new ClusterConfig(
                name,
                secrets.get(0),
                cluster.find(Cluster.NODE_ADDR),
                clusterPort,
                linkPort,
                linkFiles,
                members.stream().map(member -> member.orPort(clusterPort)).toList(),
                Boolean.TRUE.equals(cluster.find(Cluster.PUBLIC_NETWORK))
                        ? ClusterConfig.Network.ANY
                        : ClusterConfig.Network.PRIVATE,
                relayBudget);
    }

    private ClusterConfig.@Nullable LinkFiles linkFiles(Table cluster) {
        final Path cert = KnownFiles.readable(cluster, Cluster.LINK_CERT_PATH);
        final Path key = KnownFiles.readable(cluster, Cluster.LINK_KEY_PATH);
        final Path ca = KnownFiles.readable(cluster, Cluster.LINK_CA_PATH);
        checkComplete(cluster);
        if (key != null) {
            KnownFiles.warnIfOpenToOthers(cluster, Cluster.LINK_KEY_PATH, key);
        }
        return cert == null || key == null || ca == null ? null : new ClusterConfig.LinkFiles(cert, key, ca);
    }

    /** All of them or none: half of it would leave the rest to the secret, which is not what was wanted. */
    private void checkComplete(Table cluster) {
        final List<Key<Path>> keys = List.of(Cluster.LINK_CERT_PATH, Cluster.LINK_KEY_PATH, Cluster.LINK_CA_PATH);
        final List<Key<Path>> given = keys.stream().filter(cluster::has).toList();
        if (!given.isEmpty() && given.size() < keys.size() && tables.areWhole()) {
            cluster.reject(
                    given.get(0),
                    keys.stream()
                            .filter(key -> !cluster.has(key))
                            .map(Key::name)
                            .collect(Collectors.joining(" and ", "needs ", " beside it")));
        }
    }

    private void checkPorts(Table cluster) {
        final Integer clusterPort = cluster.find(Cluster.CLUSTER_PORT);
        final Integer linkPort = cluster.find(Cluster.LINK_PORT);
        if (clusterPort != null && clusterPort.equals(linkPort)) {
            cluster.reject(Cluster.LINK_PORT, linkPort + " is cluster_port already");
        } else if (clusterPort != null && linkPort != null && linkPort == clusterPort + 1) {
            cluster.reject(Cluster.LINK_PORT, linkPort + " is the event bus's, which is cluster_port + 1");
        }
        final Integer tunnelPort = server.find(Schema.Server.BIND_PORT);
        for (final Key<Integer> key : List.of(Cluster.CLUSTER_PORT, Cluster.LINK_PORT)) {
            final Integer port = cluster.find(key);
            if (port != null && port.equals(tunnelPort)) {
                cluster.reject(key, port + " in [cluster] is the tunnel port already");
            }
        }
    }
}
