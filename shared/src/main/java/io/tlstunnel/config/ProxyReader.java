package io.tlstunnel.config;

import io.tlstunnel.config.Schema.Proxies;
import java.util.ArrayList;
import java.util.List;

/** The {@code [[proxies]]} of a client. */
final class ProxyReader {
    private final Tables tables;

    ProxyReader(Tables tables) {
        this.tables = tables;
    }

    /** The entries that could be read; mistakes are noted. */
    List<ProxyConfig> read() {
        final List<Table> entries = tables.repeated(Proxies.SECTION);
        if (entries.isEmpty()) {
            tables.warnOfAbsent(Proxies.SECTION, "so nothing is published");
        }
        final List<Table> seen = new ArrayList<>();
        final List<ProxyConfig> proxies = new ArrayList<>();
        for (final Table entry : entries) {
            seen.forEach(earlier -> compare(entry, earlier));
            seen.add(entry);
            if (isComplete(entry)) {
                proxies.add(proxy(entry));
            }
        }
        return List.copyOf(proxies);
    }

    private static boolean isComplete(Table entry) {
        return Proxies.SECTION.keys().stream()
                .allMatch(key -> entry.find(key) != null || (key.need() == Key.Need.OPTIONAL && !entry.has(key)));
    }

    private static ProxyConfig proxy(Table entry) {
        return new ProxyConfig(
                entry.get(Proxies.NAME),
                entry.get(Proxies.PROXY_TYPE),
                entry.get(Proxies.PUBLISH_ADDR),
                entry.get(Proxies.PUBLISH_PORT),
                entry.get(Proxies.LOCAL_ADDR),
                entry.get(Proxies.LOCAL_PORT),
                entry.visits(Proxies.VISITS));
    }

    private static void compare(Table entry, Table earlier) {
        final String name = entry.find(Proxies.NAME);
        if (name != null && name.equals(earlier.find(Proxies.NAME))) {
            entry.reject(
                    Proxies.NAME,
                    TomlText.literal(name) + " is taken by the proxy"
                            + earlier.at().atLine());
        }
        final Integer port = entry.find(Proxies.PUBLISH_PORT);
        final String address = entry.find(Proxies.PUBLISH_ADDR);
        final String earlierAddress = earlier.find(Proxies.PUBLISH_ADDR);
        if (port != null
                && port != 0
                && port.equals(earlier.find(Proxies.PUBLISH_PORT))
                && address != null
                && earlierAddress != null
                && Addresses.overlap(address, earlierAddress)) {
            entry.reject(
                    Proxies.PUBLISH_PORT,
                    port + " is taken by the proxy" + earlier.at().atLine() + ", which listens on " + earlierAddress);
        }
    }
}
