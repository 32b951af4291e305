package io.tlstunnel.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which address a node takes, and where it looks for the others. */
final class NodeAddressTest {
    private static final InetAddress LAN = Literals.of("10.0.0.1");
    private static final InetAddress CONTAINERS = Literals.of("172.17.0.1");
    private static final InetAddress OTHER = Literals.of("10.0.0.2");
    private static final InetAddress IPV6 = Literals.of("fd00::2");

    private static MemberAddresses named(InetAddress... addresses) {
        return new MemberAddresses(List.of(new HostPort("nodes", 5701)), host -> List.of(addresses));
    }

    @Test
    void theOnlyOneItHasIsTaken() {
        assertThat(NodeAddress.choose(List.of(LAN), named(OTHER))).isEqualTo(LAN);
    }

    @Test
    void ofSeveralTheOneThatMembersNames() {
        assertThat(NodeAddress.choose(List.of(CONTAINERS, LAN), named(OTHER, LAN)))
                .isEqualTo(LAN);
    }

    @Test
    void severalWithoutASignAreASentence() {
        assertThatThrownBy(() -> NodeAddress.choose(List.of(LAN, CONTAINERS), named(OTHER)))
                .hasMessage(
                        "this host has several private addresses (10.0.0.1, 172.17.0.1), and members names none of them:"
                                + " set node_addr in [cluster] to the one that the other nodes reach");
        assertThatThrownBy(() -> NodeAddress.choose(List.of(LAN, CONTAINERS), named(CONTAINERS, LAN)))
                .hasMessageContaining("members names 2 of them");
        assertThatThrownBy(() -> NodeAddress.choose(List.of(), named(OTHER)))
                .hasMessage("this host has no private address: set node_addr in [cluster]");
    }

    @Test
    void aNameIsAllItsAddressesOfTheNodesKind() {
        assertThat(named(LAN, OTHER, IPV6).reachableFrom("10.0.0.1")).containsExactly("10.0.0.1:5701", "10.0.0.2:5701");
        assertThat(named(LAN, OTHER, IPV6).reachableFrom("fd00::1")).containsExactly("[fd00:0:0:0:0:0:0:2]:5701");
    }

    @Test
    void aNameThatNobodyKnowsIsLeftToHazelcast() {
        MemberAddresses members =
                new MemberAddresses(List.of(new HostPort("nobody", 1), new HostPort("10.0.0.2", 2)), host -> {
                    if (host.equals("nobody")) {
                        throw new UnknownHostException(host);
                    }
                    return Literals.all(host);
                });
        assertThat(members.reachableFrom("10.0.0.1")).containsExactly("nobody:1", "10.0.0.2:2");
        assertThat(members.hosts()).containsExactly(OTHER);
    }
}
