package io.tlstunnel.config;

import java.util.List;
import java.util.Set;

/**
 * One {@code [[clients]]} entry of a server: who may come with which key, and what the key allows.
 *
 * @param name the client's name; {@code "*"} for the wildcard client that {@code [server] auth_key} makes
 * @param keys one key, or two during rotation; of a client that has come the one that it proved
 * @param allowPorts ports it may publish (1024–65535 unless said otherwise)
 * @param allowTypes proxy types it may use; empty = all
 * @param maxStreams open streams at once (10,000)
 * @param maxTunnels tunnels of its session at once (16)
 * @param visits what its visitors may do, those of all its proxies together
 */
public record ClientEntry(
        String name,
        List<Secret> keys,
        List<PortRange> allowPorts,
        Set<String> allowTypes,
        int maxStreams,
        int maxTunnels,
        VisitRules visits) {

    /** Without limits for visitors. */
    public ClientEntry(
            String name,
            List<Secret> keys,
            List<PortRange> allowPorts,
            Set<String> allowTypes,
            int maxStreams,
            int maxTunnels) {
        this(name, keys, allowPorts, allowTypes, maxStreams, maxTunnels, VisitRules.NONE);
    }

    /** The entry as who proved {@code key} has it. */
    public ClientEntry provedBy(Secret key) {
        return new ClientEntry(name, List.of(key), allowPorts, allowTypes, maxStreams, maxTunnels, visits);
    }
}
