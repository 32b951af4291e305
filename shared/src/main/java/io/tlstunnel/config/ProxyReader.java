package io.tlstunnel.config;

import io.tlstunnel.config.Schema.Proxies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
            checkGroup(entry);
            checkHealth(entry);
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
                entry.visits(Proxies.VISITS),
                group(entry),
                healthCheck(entry));
    }

    private static @Nullable GroupConfig group(Table entry) {
        final String name = entry.find(Proxies.GROUP);
        final Secret key = entry.find(Proxies.GROUP_KEY);
        return name == null || key == null ? null : new GroupConfig(name, key, entry.get(Proxies.WEIGHT));
    }

    private static @Nullable HealthCheck healthCheck(Table entry) {
        final HealthCheck.Kind kind = entry.find(Proxies.HEALTH_CHECK);
        return kind == null
                ? null
                : new HealthCheck(
                        kind,
                        entry.get(Proxies.HEALTH_CHECK_PATH),
                        entry.get(Proxies.HEALTH_CHECK_INTERVAL),
                        timeout(entry),
                        entry.get(Proxies.HEALTH_CHECK_THRESHOLD),
                        entry.get(Proxies.SLOW_START));
    }

    private static Duration timeout(Table entry) {
        final Duration interval = entry.get(Proxies.HEALTH_CHECK_INTERVAL);
        final Duration timeout = entry.get(Proxies.HEALTH_CHECK_TIMEOUT);
        return timeout.compareTo(interval) > 0 ? interval : timeout;
    }

    private static void checkGroup(Table entry) {
        if (!entry.has(Proxies.GROUP)) {
            rejectWithout(entry, Proxies.GROUP, Proxies.GROUP_KEY, Proxies.WEIGHT);
            return;
        }
        if (!entry.has(Proxies.GROUP_KEY)) {
            entry.reject(Proxies.GROUP, "needs a group_key, the same for all its members");
        }
        warnOfOpenConfiguration(entry);
        final Integer port = entry.find(Proxies.PUBLISH_PORT);
        if (port != null && port == 0) {
            entry.reject(Proxies.PUBLISH_PORT, "is 0, and a group needs a port that all its members know");
        }
    }

    private static void warnOfOpenConfiguration(Table entry) {
        final Path file = entry.document().file();
        if (entry.has(Proxies.GROUP_KEY)
                && entry.at(Proxies.GROUP_KEY).kind() == Origin.Kind.FILE
                && KnownFiles.isOpenToOthers(file)) {
            entry.warn(Proxies.GROUP_KEY, "stands in a file that others can read; run `chmod 600 " + file + "`");
        }
    }

    private static void checkHealth(Table entry) {
        if (!entry.has(Proxies.HEALTH_CHECK)) {
            rejectWithout(
                    entry,
                    Proxies.HEALTH_CHECK,
                    Proxies.HEALTH_CHECK_PATH,
                    Proxies.HEALTH_CHECK_INTERVAL,
                    Proxies.HEALTH_CHECK_TIMEOUT,
                    Proxies.HEALTH_CHECK_THRESHOLD,
                    Proxies.SLOW_START);
            return;
        }
        if (entry.find(Proxies.HEALTH_CHECK) == HealthCheck.Kind.TCP && entry.has(Proxies.HEALTH_CHECK_PATH)) {
            entry.reject(Proxies.HEALTH_CHECK_PATH, "is for health_check = \"http\" only");
        }
        final Duration interval = entry.find(Proxies.HEALTH_CHECK_INTERVAL);
        final Duration timeout = entry.find(Proxies.HEALTH_CHECK_TIMEOUT);
        if (entry.has(Proxies.HEALTH_CHECK_TIMEOUT)
                && interval != null
                && timeout != null
                && timeout.compareTo(interval) > 0) {
            entry.reject(
                    Proxies.HEALTH_CHECK_TIMEOUT,
                    Quantities.show(timeout) + " is longer than health_check_interval, " + Quantities.show(interval));
        }
    }

    private static void rejectWithout(Table entry, Key<?> missing, Key<?>... dependent) {
        for (final Key<?> key : dependent) {
            if (entry.has(key) && !entry.isBroken(key)) {
                entry.reject(key, "is of no use without " + missing.name());
            }
        }
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
