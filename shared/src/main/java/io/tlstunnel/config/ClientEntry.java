package io.tlstunnel.config;

import java.util.List;
import java.util.Set;

/**
 * One {@code [[clients]]} entry of a server: who may come with which key, and what the key allows.
 *
 * @param name the client's name; {@code "*"} for the wildcard client that {@code [server] auth_key} makes
 * @param keys one key, or two during rotation
 * @param allowPorts ports it may publish (1024–65535 unless said otherwise)
 * @param allowTypes proxy types it may use; empty = all
 * @param maxStreams open streams at once (10,000)
 * @param maxTunnels tunnels of its session at once (16)
 */
public record ClientEntry(
        String name,
        List<Secret> keys,
        List<PortRange> allowPorts,
        Set<String> allowTypes,
        int maxStreams,
        int maxTunnels) {}
