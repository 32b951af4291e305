package io.tlstunnel.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * What balancers in front tell of those who come through them, and which of them are believed.
 *
 * @param trusted addresses of the balancers ({@code trusted_proxies}); what others tell counts for nothing
 * @param tells the ways in which they tell it; none by default
 */
public record BalancerConfig(List<Cidr> trusted, Set<Way> tells) {
    /** None in front. */
    public static final BalancerConfig NONE = new BalancerConfig(List.of(), Set.of());

    public BalancerConfig {
        trusted = List.copyOf(trusted);
        tells = Set.copyOf(tells);
    }

    /** How the address of who comes through a balancer is told. */
    public enum Way {
        /** {@code proxy_protocol}: by a PROXY header in front of each connection to the tunnel port. */
        PROXY_HEADER,
        /** {@code behind_proxy}: by {@code X-Forwarded-For} in the upgrade to a tunnel. */
        FORWARDED_FOR,
        /** {@code publish_proxy_protocol}: by a PROXY header in front of each connection to a public port. */
        VISITORS_PROXY_HEADER
    }

    /** Whether it is told in that way. */
    public boolean tells(Way way) {
        return tells.contains(way);
    }

    /** Whether that peer is a balancer that is believed. Any thread. */
    public boolean trusts(InetAddress peer) {
        final Cidr.Address bits = Cidr.Address.of(peer);
        return trusted.stream().anyMatch(block -> block.contains(bits));
    }
}
