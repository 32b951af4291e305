package io.tlstunnel.cli;

import io.tlstunnel.security.CertificateNames;
import io.tlstunnel.security.GeneratedCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The demo's key, certificate and configurations, in a temporary folder that only the user can enter. Blocking. */
record DemoFolder(Path path, String fingerprint) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoFolder.class);

    private static final String SERVER = """
            [server]
            bind_addr = "127.0.0.1"
            bind_port = 0
            transport = "wss"
            auth_key_file = "key"
            drain_timeout = "2s"

            [admin]
            bind_port = 0

            [log]
            level = "warn"
            access = false
            """;

    private static final String CLIENT = """
            [client]
            name = "demo"
            server_addr = "127.0.0.1"
            server_port = %d
            transport = "wss"
            auth_key_file = "key"
            server_fingerprint = "%s"
            ping_interval = "1s"
            drain_timeout = "2s"

            [[proxies]]
            name = "demo-web"
            proxy_type = "http/1.1"
            publish_addr = "127.0.0.1"
            publish_port = 0
            local_port = %d
            """;

    static DemoFolder create() {
        try {
            final Path folder = Files.createTempDirectory("tls-tunnel-demo-");
            PrivateFile.create(folder.resolve("key"), KeyCommand.random() + "\n");
            PrivateFile.create(folder.resolve("server.toml"), SERVER);
            final String fingerprint = GeneratedCertificate.in(
                            folder, () -> new CertificateNames(List.of("localhost", "127.0.0.1")))
                    .fingerprint()
                    .toString();
            return new DemoFolder(folder, fingerprint);
        } catch (IOException e) {
            throw new CliException(Exit.RUNTIME, "a temporary folder cannot be made: " + Failures.sentence(e), e);
        }
    }

    Path serverFile() {
        return path.resolve("server.toml");
    }

    /** Writes the client's file, for the ports that were free. */
    Path clientFile(int serverPort, int servicePort) {
        final Path file = path.resolve("client.toml");
        PrivateFile.create(file, CLIENT.formatted(serverPort, fingerprint, servicePort));
        return file;
    }

    /** None: variables meant for a real server or client are not for the demo. */
    Map<String, String> environment() {
        return Map.of();
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.list(path)) {
            files.forEach(DemoFolder::delete);
            delete(path);
        } catch (IOException | UncheckedIOException e) {
            LOG.atWarn()
                    .setMessage("the demo's folder stays")
                    .addKeyValue("folder", path)
                    .setCause(e)
                    .log();
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
