package io.tlstunnel.config;

import io.tlstunnel.config.BalancerConfig.Way;
import io.tlstunnel.config.Schema.Both;
import io.tlstunnel.config.Schema.Server;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a server's file says of balancers in front, to its record. */
final class BalancerReader {
    private final Table server;

    BalancerReader(Table server) {
        this.server = server;
    }

    /** Mistakes are noted. */
    BalancerConfig read() {
        final Set<Way> tells = EnumSet.noneOf(Way.class);
        add(tells, Server.PROXY_PROTOCOL, Way.PROXY_HEADER);
        add(tells, Server.BEHIND_PROXY, Way.FORWARDED_FOR);
        add(tells, Server.PUBLISH_PROXY_PROTOCOL, Way.VISITORS_PROXY_HEADER);
        check(tells);
        final List<Cidr> trusted = server.find(Server.TRUSTED_PROXIES);
        return new BalancerConfig(trusted == null ? List.of() : trusted, tells);
    }

    private void add(Set<Way> tells, Key<Boolean> key, Way way) {
        if (Boolean.TRUE.equals(server.find(key))) {
            tells.add(way);
        }
    }

    private void check(Set<Way> tells) {
        if (tells.contains(Way.PROXY_HEADER) && server.find(Both.DATA_PATH) == Engine.DataPath.PLAIN) {
            server.reject(
                    Server.PROXY_PROTOCOL,
                    "needs data_path = \"fast\": on the plain path the header is read before anybody can ask whose it is");
        }
        if (tells.contains(Way.FORWARDED_FOR) && server.find(Server.TRANSPORT) == TransportKind.WSS) {
            server.warn(
                    Server.BEHIND_PROXY,
                    "leaves TLS to this port; a balancer that ends TLS and speaks plain HTTP to it needs"
                            + " transport = \"ws\"");
        }
    }
}
