package io.tlstunnel.e2e;

import java.util.Locale;

/**
 * What a process holds, in KiB.
 *
 * @param resident what the kernel counts, now
 * @param peak the same at its highest since {@link Daemon#resetPeak}
 * @param buffers what Netty's allocator has taken from the system
 * @param streams what the program itself counts as held by its streams
 */
record Footprint(long resident, long peak, long buffers, long streams) {
    private static final int KIB = 1024;

    static Footprint ofServer(Daemon server) {
        return of(server, "tls_tunnel_memory_held_bytes");
    }

    static Footprint ofClient(Daemon client) {
        return of(client, "tls_tunnel_client_memory_held_bytes");
    }

    private static Footprint of(Daemon end, String held) {
        Metrics metrics = end.metrics();
        long buffers = metrics.value("netty_buffer_memory_bytes{memory=\"direct\"}")
                + metrics.value("netty_buffer_memory_bytes{memory=\"heap\"}");
        return new Footprint(end.rssKib(), end.peakRssKib(), buffers / KIB, metrics.value(held) / KIB);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "resident %.1f MiB (peak %.1f), Netty's buffers %.1f, held by streams %.1f",
                resident / 1024.0,
                peak / 1024.0,
                buffers / 1024.0,
                streams / 1024.0);
    }
}
