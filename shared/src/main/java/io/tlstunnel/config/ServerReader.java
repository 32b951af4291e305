package io.tlstunnel.config;

import io.tlstunnel.config.Schema.Admin;
import io.tlstunnel.config.Schema.Clients;
import io.tlstunnel.config.Schema.Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server's document to its record. Blocks on the file system. */
final class ServerReader {
    /** Tunnels at once of a client that has no entry of its own. */
    private static final int WILDCARD_TUNNELS = 16;

    private final Document document;
    private final Problems problems;
    private final Tables tables;
    private final Table server;
    private final CommonReader common;

    ServerReader(Document document, Map<String, String> environment) {
        this.document = document;
        this.problems = document.problems();
        this.tables = Tables.open(document, FileKind.SERVER, environment);
        this.server = tables.main();
        this.common = new CommonReader(tables, server);
    }

    Loaded<ServerConfig> read() {
        common.check();
        final Path certPath = KnownFiles.readable(server, Server.CERT_PATH);
        final Path keyPath = KnownFiles.readable(server, Server.KEY_PATH);
        final Path balancerCertPath = KnownFiles.readable(server, Server.BALANCER_CERT_PATH);
        checkCertificate(keyPath);
        checkAdminPort();
        final WebConfig web = web();
        final List<ClientEntry> clients = clients();
        problems.throwIfAny();
        final ServerConfig config = new ServerConfig(
                document.file(),
                name(),
                server.get(Server.BIND_ADDR),
                server.get(Server.BIND_PORT),
                server.get(Server.TRANSPORT),
                certPath,
                keyPath,
                server.get(Server.WSS_PATH),
                web,
                clients,
                server.get(Server.AUTO_PORTS),
                balancerCertPath,
                common.timing(),
                common.budget(Server.MEMORY_BUDGET),
                common.engine(),
                common.admin(true),
                common.log());
        return new Loaded<>(config, problems.warnings());
    }

    private String name() {
        final String name = server.find(Server.NAME);
        return name == null ? StandardName.of(document.file()) : name;
    }

    private void checkCertificate(@Nullable Path keyPath) {
        if (server.has(Server.CERT_PATH) != server.has(Server.KEY_PATH) && tables.areWhole()) {
            final boolean cert = server.has(Server.CERT_PATH);
            server.reject(
                    cert ? Server.CERT_PATH : Server.KEY_PATH,
                    "needs " + (cert ? "key_path" : "cert_path") + " beside it");
        }
        if (server.find(Server.TRANSPORT) == TransportKind.WS && server.has(Server.CERT_PATH)) {
            server.warn(Server.CERT_PATH, "is not used with transport = \"ws\", where the balancer ends TLS");
        }
        if (keyPath != null && KnownFiles.isOpenToOthers(keyPath)) {
            server.warn(
                    Server.KEY_PATH, "names " + keyPath + ", which others can read; run `chmod 600 " + keyPath + "`");
        }
    }

    private void checkAdminPort() {
        final Table admin = common.adminTable();
        final Integer own = server.find(Server.BIND_PORT);
        final String address = server.find(Server.BIND_ADDR);
        final String adminAddress = admin.find(Admin.BIND_ADDR);
        if (own != null
                && own != 0
                && own.equals(admin.find(Admin.BIND_PORT))
                && address != null
                && adminAddress != null
                && Addresses.overlap(address, adminAddress)
                && !Boolean.FALSE.equals(admin.find(Admin.ENABLED))) {
            admin.reject(Admin.BIND_PORT, own + " in [admin] is the tunnel port already");
        }
    }

    private WebConfig web() {
        final WebConfig web = server.find(Server.WEB);
        if (web instanceof WebConfig.Directory directory) {
            return new WebConfig.Directory(KnownFiles.directory(server, Server.WEB, directory.root()));
        }
        return web == null ? new WebConfig.NotFound() : web;
    }

    private List<ClientEntry> clients() {
        final List<ClientEntry> entries = new ArrayList<>();
        final List<Table> written = tables.repeated(Clients.SECTION);
        final Map<String, Table> byName = new HashMap<>();
        for (final Table entry : written) {
            final String found = entry.find(Clients.NAME);
            final String name = found == null ? "" : found;
            final Table first = name.isEmpty() ? null : byName.putIfAbsent(name, entry);
            if (first != null) {
                final int line = first.at().line();
                entry.reject(Clients.NAME, TomlText.literal(name) + " is taken by the entry at line " + line);
            }
            entries.add(entry(entry, name));
        }
        final KeyReader wildcard = new KeyReader(server, Server.AUTH_KEY, Server.AUTH_KEY_FILE, null);
        final List<Secret> keys = wildcard.read();
        if (!keys.isEmpty()) {
            entries.add(new ClientEntry(
                    "*",
                    keys,
                    list(server, Server.ALLOW_PORTS),
                    types(server, Server.ALLOW_TYPES),
                    number(server, Server.MAX_STREAMS),
                    WILDCARD_TUNNELS));
        } else if (!wildcard.isGiven()) {
            checkWildcardAbsent(written.isEmpty());
        }
        return List.copyOf(entries);
    }

    private ClientEntry entry(Table entry, String name) {
        final KeyReader reader = new KeyReader(entry, Clients.AUTH_KEY, Clients.AUTH_KEY_FILE, Clients.AUTH_KEYS);
        if (!reader.isGiven() && tables.areWhole()) {
            problems.add(entry.at(), "auth_key", "is missing in this [[clients]] entry");
        }
        return new ClientEntry(
                name,
                reader.read(),
                list(entry, Clients.ALLOW_PORTS),
                types(entry, Clients.ALLOW_TYPES),
                number(entry, Clients.MAX_STREAMS),
                number(entry, Clients.CONNECTIONS));
    }

    private void checkWildcardAbsent(boolean nobody) {
        if (nobody && tables.areWhole()) {
            problems.add(
                    server.at(Server.AUTH_KEY),
                    "auth_key",
                    "is missing in [server], and without [[clients]] nobody could connect; make one with `tls-tunnel key`");
        }
        for (final Key<?> key : List.of(Server.ALLOW_PORTS, Server.ALLOW_TYPES, Server.MAX_STREAMS)) {
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
