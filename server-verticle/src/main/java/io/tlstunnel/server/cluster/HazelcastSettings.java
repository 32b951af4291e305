package io.tlstunnel.server.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.TcpIpConfig;
import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.server.routing.SharedClaims;

/** Hazelcast as this program uses it: it finds and is found by the nodes of one list only, and calls nobody else. */
final class HazelcastSettings {
    /** Attribute of a member: its incarnation, in hex. */
    static final String INCARNATION = "tls-tunnel.incarnation";

    /** Attribute of a member: its id, for people. */
    static final String NODE = "tls-tunnel.node";

    /** Attribute of a member: the port of its links. */
    static final String LINK_PORT = "tls-tunnel.link_port";

    /** Of the maps that Vert.x and this program keep, beside the owner of each entry. */
    private static final int BACKUPS = 1;

    private static final int DAY_SECONDS = 86_400;

    private HazelcastSettings() {}

    /**
     * @param members where the others may be
     * @param name what the cluster is called among its members, which no stranger knows
     * @param node id of this node
     * @param nodeAddr address that the others reach this node at
     */
    static Config of(
            ClusterConfig cluster,
            MemberAddresses members,
            String name,
            String node,
            String nodeAddr,
            long incarnation) {
        Config config = new Config()
                .setClusterName(name)
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                // As it is said: its own search knows none but the first address of an interface.
                .setProperty("hazelcast.local.localAddress", nodeAddr)
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.prefer.ipv4.stack", Boolean.toString(nodeAddr.indexOf(':') < 0))
                // The standard values are minutes: too long for visitors to wait.
                .setProperty("hazelcast.wait.seconds.before.join", "1")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "10")
                .setProperty("hazelcast.operation.call.timeout.millis", "5000");
        config.setNetworkConfig(network(cluster, new AskedMembers(members, nodeAddr)));
        config.getMemberAttributeConfig()
                .setAttribute(NODE, node)
                .setAttribute(INCARNATION, Long.toHexString(incarnation))
                .setAttribute(LINK_PORT, Integer.toString(cluster.linkPort()));
        config.addMapConfig(new MapConfig(SharedEpochs.MAP)
                .setBackupCount(BACKUPS)
                .setMaxIdleSeconds(DAY_SECONDS)
                .setMergePolicyConfig(new MergePolicyConfig().setPolicy(EpochMergePolicy.class.getName())));
        config.addMapConfig(new MapConfig(SharedClaims.MAP)
                .setBackupCount(BACKUPS)
                .setMergePolicyConfig(new MergePolicyConfig().setPolicy(ClaimMergePolicy.class.getName())));
        // What Vert.x asks for.
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs").setBackupCount(BACKUPS));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(BACKUPS));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(BACKUPS));
        return config;
    }

    private static NetworkConfig network(ClusterConfig cluster, TcpIpConfig members) {
        NetworkConfig network =
                new NetworkConfig().setPort(cluster.clusterPort()).setPortAutoIncrement(false);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.setTcpIpConfig(members.setEnabled(true));
        return network;
    }
}
