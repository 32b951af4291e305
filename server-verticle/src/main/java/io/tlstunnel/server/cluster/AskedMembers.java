package io.tlstunnel.server.cluster;

import com.hazelcast.config.TcpIpConfig;
import java.util.List;

/**
 * The members that Hazelcast looks for when it joins, and again whenever it looks for another part of a cluster that fell
 * apart. By itself it knows only one address of a name, and that may be its own.
 */
final class AskedMembers extends TcpIpConfig {
    private final MemberAddresses members;
    private final String nodeAddr;

    AskedMembers(MemberAddresses members, String nodeAddr) {
        this.members = members;
        this.nodeAddr = nodeAddr;
    }

    /** Blocking: Hazelcast asks on threads of its own. */
    @Override
    public List<String> getMembers() {
        return members.reachableFrom(nodeAddr);
    }
}
