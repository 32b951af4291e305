package io.tlstunnel.e2e;

import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Engine;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.reload.Reloader;
import io.tlstunnel.server.TunnelServer;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.testing.TestPorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server and its clients in this process, from TOML text, on loopback. Closed in order. */
final class Rig implements AutoCloseable {
    static final String KEY = "a-key-for-tests-0123456789";
    private static final long PATIENCE_SECONDS = 30;

    private final Path folder;
    private final Engine.DataPath path;
    private final Vertx serverVertx;
    private final Vertx clientVertx;
    private @Nullable TunnelServer server;

    Rig(Path folder, Engine.DataPath path) {
        this.folder = folder;
        this.path = path;
        Engine.Io io = natives() ? Engine.Io.AUTO : Engine.Io.NIO;
        this.serverVertx = VertxRuntime.builder(io).build();
        this.clientVertx = VertxRuntime.builder(io).build();
    }

    /** Whether this run has epoll and BoringSSL; one leg of CI has not. */
    static boolean natives() {
        return Boolean.parseBoolean(System.getProperty("tlstunnel.natives", "true"));
    }

    private String engine() {
        return "data_path = \"" + path.name().toLowerCase(java.util.Locale.ROOT) + "\"\n"
                + (natives() ? "" : "tls_engine = \"jdk\"\nio = \"nio\"\n");
    }

    /** Starts the server; {@code server} goes into its table, {@code rest} behind it. */
    TunnelServer startServer(String serverKeys, String rest) throws IOException {
        ServerConfig config = ConfigFiles.loadServer(serverFile(0, serverKeys, rest), Map.of())
                .config();
        TunnelServer started = await(TunnelServer.start(serverVertx, config));
        server = started;
        return started;
    }

    /** The same with a file that is read again by {@code reload}. */
    TunnelServer startReloadingServer(String serverKeys, String rest) throws IOException {
        Path file = serverFile(0, serverKeys, rest);
        ServerConfig config = ConfigFiles.loadServer(file, Map.of()).config();
        TunnelServer started = await(TunnelServer.start(
                serverVertx,
                config,
                new ServerMetrics(config.admin()),
                new Reloader.Source<>(file, () -> ConfigFiles.loadServer(file, Map.of()), applied -> {})));
        server = started;
        return started;
    }

    /** The same as a file. */
    Path serverFile(int port, String serverKeys, String rest) throws IOException {
        Path file = folder.resolve("server.toml");
        Files.writeString(file, """
                [server]
                %s
                bind_port = %d
                auth_key = "%s"
                %s
                %s
                %s
                [admin]
                bind_port = 0
                %s
                """.formatted(
                        serverKeys.contains("bind_addr") ? "" : "bind_addr = \"127.0.0.1\"",
                        port,
                        KEY,
                        engine(),
                        serverKeys.contains("auto_ports") ? "" : "auto_ports = \"" + TestPorts.auto() + "\"",
                        serverKeys,
                        rest));
        return file;
    }

    TunnelServer server() {
        if (server == null) {
            throw new IllegalStateException("startServer comes first");
        }
        return server;
    }

    Path certificate() {
        return folder.resolve("server-cert.pem");
    }

    /** A client file for the rig's server. */
    ClientConfig clientConfig(String name, String clientKeys, String proxies) throws IOException {
        return clientConfig(name, server().port(), clientKeys, proxies);
    }

    ClientConfig clientConfig(String name, int port, String clientKeys, String proxies) throws IOException {
        return ConfigFiles.loadClient(clientFile(name, port, clientKeys, proxies), Map.of())
                .config();
    }

    /** The same as a file. */
    Path clientFile(String name, int port, String clientKeys, String proxies) throws IOException {
        Path file = folder.resolve(name + ".toml");
        boolean ownTrust = clientKeys.contains("skip_verify") || clientKeys.contains("server_fingerprint");
        boolean ownKey = clientKeys.contains("auth_key");
        Files.writeString(file, """
                [client]
                name = "%s"
                %s
                server_port = %d
                %s
                %s
                %s
                %s
                %s
                """.formatted(
                        name,
                        clientKeys.contains("server_addr") ? "" : "server_addr = \"127.0.0.1\"",
                        port,
                        ownKey ? "" : "auth_key = \"" + KEY + "\"",
                        ownTrust ? "" : "ca_cert_path = \"" + certificate() + "\"",
                        engine(),
                        clientKeys,
                        proxies));
        return file;
    }

    TunnelClient startClient(ClientConfig config) {
        return TunnelClient.start(clientVertx, config);
    }

    /** The same with a file that is read again by {@code reload}. */
    TunnelClient startReloadingClient(String name, String clientKeys, String proxies) throws IOException {
        Path file = clientFile(name, server().port(), clientKeys, proxies);
        ClientConfig config = ConfigFiles.loadClient(file, Map.of()).config();
        return TunnelClient.start(
                clientVertx,
                config,
                new ClientMetrics(config.admin()),
                new Reloader.Source<>(file, () -> ConfigFiles.loadClient(file, Map.of()), applied -> {}));
    }

    /** Starts a client with one {@code tcp} proxy, and returns the public port of it. */
    int publish(int localPort) throws IOException {
        TunnelClient client = startClient(clientConfig("client", "", proxy("echo", 0, localPort)));
        return ports(client).get(0).port();
    }

    static List<Published> ports(TunnelClient client) {
        return await(client.ready());
    }

    static String proxy(String name, int publishPort, int localPort) {
        return proxy(name, "127.0.0.1", publishPort, localPort);
    }

    static String proxy(String name, String publishAddr, int publishPort, int localPort) {
        return """
                [[proxies]]
                name = "%s"
                proxy_type = "tcp"
                publish_addr = "%s"
                publish_port = %d
                local_port = %d
                """.formatted(name, publishAddr, publishPort, localPort);
    }

    /** A port that nobody has. */
    static int freePort() {
        return TestPorts.free();
    }

    /** So many of them, all different. */
    static List<Integer> freePorts(int count) {
        return Stream.generate(TestPorts::free).distinct().limit(count).toList();
    }

    static Socket visit(int port) throws IOException {
        return connect(new Socket(), InetAddress.getLoopbackAddress(), port);
    }

    /** A visitor of what the client has published, wherever that is. */
    static Socket visit(Published published) throws IOException {
        return connect(new Socket(), InetAddress.getByName(published.host()), published.port());
    }

    /** A visitor whose kernel takes little on its behalf. */
    static Socket visitNarrowly(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        return connect(socket, InetAddress.getLoopbackAddress(), port);
    }

    static Socket connect(Socket socket, InetAddress address, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        socket.connect(new InetSocketAddress(address, port), 5_000);
        return socket;
    }

    /** What the service behind {@code visitor} answers to {@code 'x'}; -1 if it has ended. */
    static int answer(Socket visitor) throws IOException {
        visitor.getOutputStream().write('x');
        return visitor.getInputStream().read();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (java.util.concurrent.TimeoutException | InterruptedException e) {
            throw new AssertionError("not done in time", e);
        }
    }

    @Override
    public void close() {
        await(clientVertx.close());
        await(serverVertx.close());
    }
}
