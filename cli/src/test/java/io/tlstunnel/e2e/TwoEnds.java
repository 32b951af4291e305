package io.tlstunnel.e2e;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server and a client as the launcher starts them, each a process of its own, the access log included. */
final class TwoEnds implements AutoCloseable {
    private final Path folder;
    private final Rig files;
    private final Daemon server;
    private @Nullable Daemon client;

    private TwoEnds(Path folder, DataPath path, String serverKeys) throws IOException {
        this.folder = folder;
        this.files = new Rig(folder, path);
        Path file = files.serverFile(0, serverKeys, "");
        this.server = Daemon.tlsTunnel(folder, "server", List.of(), "server", file.toString());
    }

    /** Starts the server. */
    static TwoEnds start(Path folder, DataPath path, String serverKeys) throws IOException {
        return new TwoEnds(folder, path, serverKeys);
    }

    /** Starts the client, which dials that port. */
    TwoEnds dial(int tunnelPort, String clientKeys, String proxies) throws IOException {
        Path file = files.clientFile("client", tunnelPort, clientKeys, proxies);
        client = Daemon.tlsTunnel(folder, "client", List.of(), "client", file.toString());
        return this;
    }

    Daemon server() {
        return server;
    }

    Daemon client() {
        return Objects.requireNonNull(client, "dial comes first");
    }

    /** Waits until that proxy is published; its public port. */
    int port(String proxy) {
        return client().published(proxy);
    }

    /** Neither is to wait for streams whose path has just been taken away. */
    @Override
    public void close() {
        if (client != null) {
            kill(client);
        }
        kill(server);
        files.close();
    }

    private static void kill(Daemon daemon) {
        daemon.kill();
        daemon.exit();
    }
}
