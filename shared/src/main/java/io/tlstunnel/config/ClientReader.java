package io.tlstunnel.config;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.config.Schema.Admin;
import io.tlstunnel.config.Schema.Client;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A client's document to its record. Blocks on the file system. */
final class ClientReader {
    private final Document document;
    private final Problems problems;
    private final Tables tables;
    private final Table client;
    private final CommonReader common;

    ClientReader(Document document, Map<String, String> environment) {
        this.document = document;
        this.problems = document.problems();
        this.tables = Tables.open(document, FileKind.CLIENT, environment);
        this.client = tables.main();
        this.common = new CommonReader(tables, client);
    }

    Loaded<ClientConfig> read() {
        common.check();
        final KeyReader keyReader = new KeyReader(client, Client.AUTH_KEY, Client.AUTH_KEY_FILE, null);
        final List<Secret> key = keyReader.read();
        if (!keyReader.isGiven() && tables.areWhole()) {
            final Origin at = client.at(Client.AUTH_KEY);
            problems.add(
                    at, "auth_key", "is missing" + at.inside(Client.SECTION) + "; it is the same as in the server");
        }
        final Path caCertPath = KnownFiles.readable(client, Client.CA_CERT_PATH);
        checkVerification();
        checkTransport();
        checkToken();
        final List<ProxyConfig> proxies = new ProxyReader(tables).read();
        problems.throwIfAny();
        final int port = client.get(Client.SERVER_PORT);
        final ClientConfig config = new ClientConfig(
                document.file(),
                name(),
                client.get(Client.SERVER_ADDR).stream()
                        .map(server -> server.orPort(port))
                        .distinct()
                        .toList(),
                client.get(Client.TRANSPORT),
                key.get(0),
                client.get(Client.SKIP_VERIFY),
                caCertPath,
                client.find(Client.SERVER_FINGERPRINT),
                client.get(Client.CHANNEL_BINDING),
                client.find(Client.PROXY),
                client.get(Client.WSS_PATH),
                client.find(Client.CONNECTIONS),
                client.get(Client.MAX_STREAMS),
                proxies,
                common.timing(),
                common.reloadInterval(),
                common.budget(Client.MEMORY_BUDGET),
                common.engine(),
                common.admin(tables.has(Admin.SECTION)),
                common.log());
        return new Loaded<>(config, problems.warnings());
    }

    private String name() {
        final String name = client.find(Client.NAME);
        return name == null ? StandardName.of(document.file()) : name;
    }

    private void checkToken() {
        for (final Key<?> key : List.of(Admin.TOKEN, Admin.TOKEN_FILE)) {
            if (common.adminTable().has(key)) {
                common.adminTable().warn(key, "is not used: only a server has an API that asks for it");
            }
        }
    }

    private void checkVerification() {
        final boolean skip = Boolean.TRUE.equals(client.find(Client.SKIP_VERIFY));
        if (skip && client.find(Client.CHANNEL_BINDING) == ChannelBinding.OFF) {
            client.reject(
                    Client.SKIP_VERIFY,
                    "= true with channel_binding = \"off\" would trust any server; keep one of the two checks");
        }
        if (skip && client.has(Client.SERVER_FINGERPRINT)) {
            client.reject(
                    Client.SKIP_VERIFY, "= true contradicts server_fingerprint, which accepts one certificate only");
        }
        if (skip && client.has(Client.CA_CERT_PATH)) {
            client.reject(Client.SKIP_VERIFY, "= true contradicts ca_cert_path, which says whom to trust");
        }
        if (client.has(Client.SERVER_FINGERPRINT) && client.has(Client.CA_CERT_PATH)) {
            client.warn(Client.CA_CERT_PATH, "is not used: server_fingerprint alone decides");
        }
    }

    /** Without TLS nothing hides what is carried, so it must not leave this machine. */
    private void checkTransport() {
        final List<Addresses.Endpoint> servers = client.find(Client.SERVER_ADDR);
        if (client.find(Client.TRANSPORT) != TransportKind.WS || servers == null) {
            return;
        }
        servers.stream()
                .filter(server -> !Addresses.isLoopback(server.host()))
                .findFirst()
                .ifPresent(server -> {
                    client.reject(
                            Client.TRANSPORT,
                            "= \"ws\" has no TLS and is for loopback addresses only, not for " + server.host(),
                            "\"wss\"");
                });
        for (final Key<?> key : List.of(Client.SERVER_FINGERPRINT, Client.CA_CERT_PATH)) {
            if (client.has(key)) {
                client.warn(key, "is not used with transport = \"ws\"");
            }
        }
    }
}
