package io.tlstunnel.config;

import io.tlstunnel.config.Schema.Admin;
import io.tlstunnel.config.Schema.Server;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server's document to its record. Blocks on the file system. */
final class ServerReader {
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
        final BalancerConfig balancer = new BalancerReader(server).read();
        final List<ClientEntry> clients = new EntryReader(tables, server).read();
        final ClusterConfig cluster = new ClusterReader(tables, server).read();
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
                new Publishing(
                        server.find(Server.PUBLISH_BIND),
                        server.get(Server.PUBLISH_ON),
                        server.get(Server.PUBLISH_POLICY)),
                balancerCertPath,
                balancer,
                cluster,
                common.timing(),
                common.reloadInterval(),
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
        if (keyPath != null) {
            KnownFiles.warnIfOpenToOthers(server, Server.KEY_PATH, keyPath);
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
}
