package io.tlstunnel.server.ingress;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Ports that were picked for {@code publish_port = 0}: the same client and proxy get the same one again for a day.
 * Control context only.
 */
final class RememberedPorts {
    private static final long KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private record Key(String client, String proxy) {}

    private record Port(int port, long usedAtMillis) {}

    private final Map<Key, Port> ports = new HashMap<>();

    OptionalInt of(String client, String proxy) {
        expire();
        Port port = ports.get(new Key(client, proxy));
        return port == null ? OptionalInt.empty() : OptionalInt.of(port.port());
    }

    /** Whether no other proxy is likely to come back for that port. */
    boolean isNobodys(int port) {
        return ports.values().stream().noneMatch(remembered -> remembered.port() == port);
    }

    void remember(String client, String proxy, int port) {
        ports.put(new Key(client, proxy), new Port(port, System.currentTimeMillis()));
    }

    private void expire() {
        long now = System.currentTimeMillis();
        ports.values().removeIf(port -> now - port.usedAtMillis() > KEPT_MILLIS);
    }
}
