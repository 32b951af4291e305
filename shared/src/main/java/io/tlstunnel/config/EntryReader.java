package io.tlstunnel.config;

import io.tlstunnel.config.Schema.Clients;
import io.tlstunnel.config.Schema.Server;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who may come: the {@code [[clients]]} of a server, and the wildcard client that its own key makes. */
final class EntryReader {
    /** The name that stands for every client without an entry. */
    private static final String WILDCARD = "*";
    /** Its tunnels at once. */
    private static final int WILDCARD_TUNNELS = 16;

    private static final List<Key<?>> FOR_WILDCARD = List.of(
            Server.ALLOW_PORTS,
            Server.ALLOW_TYPES,
            Server.MAX_STREAMS,
            Server.VISITS.allowFrom(),
            Server.VISITS.denyFrom(),
            Server.VISITS.streamsPerSecond(),
            Server.VISITS.bandwidth());

    private final Tables tables;
    private final Table server;

    EntryReader(Tables tables, Table server) {
        this.tables = tables;
        this.server = server;
    }

    /** The entries, the wildcard client last if there is one; mistakes are noted. */
    List<ClientEntry> read() {
        final List<ClientEntry> entries = new ArrayList<>();
        final List<Table> written = tables.repeated(Clients.SECTION);
        final Map<String, Table> byName = new HashMap<>();
        for (final Table entry : written) {
            final String found = entry.find(Clients.NAME);
            final String name = found == null ? "" : found;
            final Table first = name.isEmpty() ? null : byName.putIfAbsent(name, entry);
            if (first != null) {
                entry.reject(
                        Clients.NAME,
                        TomlText.literal(name) + " is taken by the entry"
                                + first.at().atLine());
            }
            entries.add(entry(entry, name));
        }
        final KeyReader wildcard = new KeyReader(server, Server.AUTH_KEY, Server.AUTH_KEY_FILE, null);
        final List<Secret> keys = wildcard.read();
        if (!keys.isEmpty()) {
            entries.add(new ClientEntry(
                    WILDCARD,
                    keys,
                    list(server, Server.ALLOW_PORTS),
                    types(server, Server.ALLOW_TYPES),
                    number(server, Server.MAX_STREAMS),
                    WILDCARD_TUNNELS,
                    server.visits(Server.VISITS)));
        } else if (!wildcard.isGiven()) {
            checkWildcardAbsent(written.isEmpty());
        }
        return List.copyOf(entries);
    }

    private ClientEntry entry(Table entry, String name) {
        final KeyReader reader = new KeyReader(entry, Clients.AUTH_KEY, Clients.AUTH_KEY_FILE, Clients.AUTH_KEYS);
        if (!reader.isGiven() && tables.areWhole()) {
            server.problems().add(entry.at(), "auth_key", "is missing in this [[clients]] entry");
        }
        return new ClientEntry(
                name,
                reader.read(),
                list(entry, Clients.ALLOW_PORTS),
                types(entry, Clients.ALLOW_TYPES),
                number(entry, Clients.MAX_STREAMS),
                number(entry, Clients.CONNECTIONS),
                entry.visits(Clients.VISITS));
    }

    private void checkWildcardAbsent(boolean nobody) {
        if (nobody && tables.areWhole()) {
            server.problems()
                    .add(
                            server.at(Server.AUTH_KEY),
                            "auth_key",
                            "is missing in [server], and without [[clients]] nobody could connect; make one with `tls-tunnel key`");
        }
        for (final Key<?> key : FOR_WILDCARD) {
            if (server.has(key)) {
                server.warn(key, "in [server] is for clients without an entry, and without auth_key there are none");
            }
        }
    }

    private static List<PortRange> list(Table table, Key<List<PortRange>> key) {
        final List<PortRange> ranges = table.find(key);
        return ranges == null ? List.of() : ranges;
    }

    private static Set<String> types(Table table, Key<List<String>> key) {
        final List<String> types = table.find(key);
        return types == null ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(types));
    }

    private static int number(Table table, Key<Integer> key) {
        final Integer number = table.find(key);
        return number == null ? 0 : number;
    }
}
