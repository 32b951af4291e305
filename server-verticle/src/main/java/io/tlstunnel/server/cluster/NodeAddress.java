package io.tlstunnel.server.cluster;

import io.tlstunnel.config.ClusterConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Where the other nodes reach this one. */
final class NodeAddress {
    private NodeAddress() {}

    /**
     * The address of the configuration; or the private address of this host that the others are told of as a member's; or
     * the only one that it has. Blocking.
     *
     * @throws IllegalStateException with one sentence, if there is none or it is a public one
     */
    static String of(ClusterConfig cluster, MemberAddresses members) {
        String given = cluster.nodeAddr();
        InetAddress address = given == null ? choose(candidates(), members) : parse(given);
        if (cluster.network() == ClusterConfig.Network.PRIVATE && !isPrivate(address)) {
            throw new IllegalStateException("node_addr " + address.getHostAddress()
                    + " is a public address, and Hazelcast's traffic is not encrypted: use a private network, or"
                    + " public_network = true if it is one");
        }
        return address.getHostAddress();
    }

    private static InetAddress parse(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("node_addr " + text + " is no IP address", e);
        }
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        // 100.64.0.0/10, RFC 6598: what overlay networks use.
        boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || uniqueLocal
                || shared;
    }

    /** Of several private addresses, as every host with containers has, the one that {@code members} names. */
    static InetAddress choose(List<InetAddress> candidates, MemberAddresses members) {
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        List<InetAddress> named =
                candidates.stream().filter(members.hosts()::contains).toList();
        if (named.size() == 1) {
            return named.get(0);
        }
        throw new IllegalStateException(
                candidates.isEmpty()
                        ? "this host has no private address: set node_addr in [cluster]"
                        : "this host has several private addresses ("
                                + String.join(
                                        ", ",
                                        candidates.stream()
                                                .map(InetAddress::getHostAddress)
                                                .toList())
                                + "), and members names "
                                + (named.isEmpty() ? "none" : named.size())
                                + " of them: set node_addr in [cluster] to the one that the other nodes reach");
    }

    private static List<InetAddress> candidates() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .flatMap(each -> Collections.list(each.getInetAddresses()).stream())
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .filter(NodeAddress::isPrivate)
                    .sorted(Comparator.comparing(InetAddress::getHostAddress))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("the addresses of this host cannot be read: " + e.getMessage(), e);
        }
    }
}
