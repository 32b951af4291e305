package io.tlstunnel.server.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.security.PemText;
import io.tlstunnel.security.ServerCertificate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** This node among the others: who they are, and a Vert.x whose event bus reaches them. Any thread. */
public final class Cluster {
    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final long incarnation;

    private Cluster(Vertx vertx, HazelcastInstance hazelcast, long incarnation) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
        this.incarnation = incarnation;
    }

    /**
     * Joins, or begins if nobody is there.
     *
     * @param builder with the kernel interface set
     * @param options of the Vert.x that it builds; their event bus is set here
     * @param node id of this node
     * @param nodeAddr address that the others reach this node at
     */
    public static Future<Cluster> join(
            VertxBuilder builder,
            VertxOptions options,
            ClusterConfig config,
            ClusterAuthority authority,
            String node,
            String nodeAddr,
            long incarnation) {
        return join(builder, options, config, MemberAddresses.of(config), authority, node, nodeAddr, incarnation);
    }

    /** The same, with the addresses of the members from somewhere else. */
    static Future<Cluster> join(
            VertxBuilder builder,
            VertxOptions options,
            ClusterConfig config,
            MemberAddresses members,
            ClusterAuthority authority,
            String node,
            String nodeAddr,
            long incarnation) {
        HazelcastClusterManager manager = new HazelcastClusterManager(
                HazelcastSettings.of(config, members, authority.nameOf(config.name()), node, nodeAddr, incarnation));
        options.setEventBusOptions(eventBus(authority, nodeAddr, config.eventBusPort()));
        Promise<Vertx> joined = Promise.promise();
        // On a thread of its own: Vert.x warns of one that is made on another one's threads.
        Thread joining = new Thread(
                () -> builder.with(options)
                        .withClusterManager(manager)
                        .buildClustered()
                        .onComplete(joined),
                "cluster-join");
        joining.setDaemon(true);
        joining.start();
        return joined.future().map(vertx -> new Cluster(vertx, manager.getHazelcastInstance(), incarnation));
    }

    /** Both ends show a certificate of the cluster's authority, which nobody else can make. */
    private static EventBusOptions eventBus(ClusterAuthority authority, String nodeAddr, int port) {
        Instant now = Instant.now();
        ServerCertificate own = authority.node(now);
        return new EventBusOptions()
                .setHost(nodeAddr)
                .setPort(port)
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(PemText.of(own.chain())))
                        .addKeyValue(Buffer.buffer(PemText.of(own.key()))))
                .setTrustOptions(
                        new PemTrustOptions().addCertValue(Buffer.buffer(PemText.of(List.of(authority.root(now))))));
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The other members by their incarnations, and where their link ports are. */
    public Map<Long, InetSocketAddress> others() {
        Map<Long, InetSocketAddress> others = new HashMap<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            String number = member.getAttribute(HazelcastSettings.INCARNATION);
            String linkPort = member.getAttribute(HazelcastSettings.LINK_PORT);
            if (number != null && linkPort != null) {
                others.put(
                        Long.parseUnsignedLong(number, 16),
                        new InetSocketAddress(member.getSocketAddress().getAddress(), Integer.parseInt(linkPort)));
            }
        }
        others.remove(incarnation);
        return others;
    }

    /** The names of all members, this one's too, by their incarnations. */
    public Map<Long, String> names() {
        Map<Long, String> names = new HashMap<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            String number = member.getAttribute(HazelcastSettings.INCARNATION);
            String name = member.getAttribute(HazelcastSettings.NODE);
            if (number != null && name != null) {
                names.put(Long.parseUnsignedLong(number, 16), name);
            }
        }
        return names;
    }

    /** Whether this node is the member that has been here longest: it cleans up. */
    public boolean isOldest() {
        return hazelcast.getCluster().getMembers().iterator().next().localMember();
    }

    /** Has {@code changed} told whenever somebody came or went, on a thread of Hazelcast's: it must not block. */
    public void onChange(Runnable changed) {
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                changed.run();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                changed.run();
            }
        });
    }

    /** Has {@code merged} told when a part of the cluster that was cut off is back, on a thread of Hazelcast's. */
    public void onMerge(Runnable merged) {
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                merged.run();
            }
        });
    }

    /** Leaves. */
    public Future<Void> leave() {
        return vertx.close();
    }
}
