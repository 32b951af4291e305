package io.tlstunnel.server.cluster;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code members} stands for: a name is all its addresses, and it is asked again each time, because nodes come and go.
 * Blocking.
 */
final class MemberAddresses {

    /** Who knows the addresses of a host. */
    @FunctionalInterface
    interface Names {
        List<InetAddress> of(String host) throws UnknownHostException;
    }

    private final List<HostPort> members;
    private final Names names;

    MemberAddresses(List<HostPort> members, Names names) {
        this.members = members;
        this.names = names;
    }

    /** As the system knows them. */
    static MemberAddresses of(ClusterConfig cluster) {
        return new MemberAddresses(cluster.members(), host -> List.of(InetAddress.getAllByName(host)));
    }

    /** Hosts of the members; those whose names nobody knows are missing. */
    List<InetAddress> hosts() {
        return members.stream().flatMap(member -> of(member).stream()).toList();
    }

    /**
     * Members with their ports, as Hazelcast reads them.
     *
     * @param nodeAddr of this node, which reaches addresses of its own kind, IPv4 or IPv6, only
     */
    List<String> reachableFrom(String nodeAddr) {
        return members.stream()
                .flatMap(member -> {
                    List<InetAddress> found = of(member);
                    // A name that nobody knows stays one: Hazelcast tells of it.
                    return found.isEmpty()
                            ? Stream.of(member)
                            : found.stream()
                                    .map(InetAddress::getHostAddress)
                                    .filter(host -> isIpv6(host) == isIpv6(nodeAddr))
                                    .map(host -> new HostPort(host, member.port()));
                })
                .map(HostPort::toString)
                .distinct()
                .toList();
    }

    private List<InetAddress> of(HostPort member) {
        try {
            return names.of(member.host());
        } catch (UnknownHostException unknown) {
            return List.of();
        }
    }

    private static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }
}
